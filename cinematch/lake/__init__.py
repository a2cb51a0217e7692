"""Everything that happened, as columns on disk: for whoever counts anew, learns or asks."""
