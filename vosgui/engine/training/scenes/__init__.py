"""Synthetic clips made by torch, a whole batch at once, on the device that trains."""
