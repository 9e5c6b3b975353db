"""Work on many clips without a network: convert, import, export, evaluate, compare, validate."""
