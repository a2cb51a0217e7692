"""Files in and out: other services' exports, our own, and what is given back for them."""
