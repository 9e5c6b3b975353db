"""Training of a network on clips, photographs or textures."""
