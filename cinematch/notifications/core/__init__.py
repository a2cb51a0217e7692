"""Which events make which notification, in which words, and how a delivery is tried. Pure."""
