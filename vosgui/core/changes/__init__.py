"""Edits of many frames or of several objects at once."""
