"""Users' films on the wire: entries as they are shown and told, and the filters of listings."""
