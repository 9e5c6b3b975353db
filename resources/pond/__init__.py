"""The scene of the demo clip: a pond seen from above, drawn by arithmetic alone."""
