"""The HTTP door: what every endpoint shares, and (in `app`) the application put together."""
