"""Titles, matching and the shape of a film. Pure."""
