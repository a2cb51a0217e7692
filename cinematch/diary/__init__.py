"""A user's films: ratings, viewings, likes, tags, reviews, the watchlist."""
