"""Programs that measure: one file for each claimed figure, beside what one would use instead."""
