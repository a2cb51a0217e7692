"""The recommender as the API shows and takes it."""
