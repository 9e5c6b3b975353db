"""A video file as a clip: its packets, their frames, and the pictures made of them."""
