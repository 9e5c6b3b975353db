"""YouTube-VIS."""
