"""The timeline: thumbnails, a track per object, the confidence curve."""
