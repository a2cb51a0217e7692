"""A user's figures, and the community's: sums that follow the events."""
