"""The operator's room: backups, checks, scheduled work, the state of things."""
