"""Clicks to masks: the head for clicks at work on frames."""
