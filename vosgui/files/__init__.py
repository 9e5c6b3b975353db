"""Files, folders, JSON and archives of any kind: whole or not at all, with one clear error."""
