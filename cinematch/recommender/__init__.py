"""What one might watch next, and why: every score is a sum that can be opened."""
