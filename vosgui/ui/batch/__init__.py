"""Runs of many clips in the background: the queue, what carries it out, and how it is shown."""
