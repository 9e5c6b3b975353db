"""ISAT: a JSON file per image."""
