"""The language between rooms: what happened to one user's film, with the film before and after."""
