"""Who did what: a log that only grows, and in which every change is found."""
