"""The pure part: arrays in, arrays out. No I/O, no clock, no chance but what is handed in."""
