"""Bulk loading of the catalogue from files that their publishers offer."""
