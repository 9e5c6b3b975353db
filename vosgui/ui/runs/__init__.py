"""Propagation and online fine-tuning in the window."""
