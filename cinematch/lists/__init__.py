"""Lists of films in somebody's own order."""
