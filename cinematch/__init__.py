"""CineMatch: your films, your figures, your next film."""

__version__ = "0.1.0"
