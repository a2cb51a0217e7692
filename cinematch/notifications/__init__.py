"""Telling people what happened: an inbox, targets outside, and signed webhooks."""
