"""Clients of what stands outside the process, and the cross-cutting input and output."""
