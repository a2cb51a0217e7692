"""The catalogue: films and their facts, wherever those come from."""
