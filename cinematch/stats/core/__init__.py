"""The arithmetic of statistics, shared by every runner. Pure."""
