"""The shape of a backup, and which ones to keep. Pure."""
