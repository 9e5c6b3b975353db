"""Long videos to clips, as YouTube-VOS was made: shots, proposals, the clips themselves."""
