"""BURST: run lengths of each track in each frame, in one JSON."""
