"""What a model scores on annotated clips, and the constants that are fitted to it."""
