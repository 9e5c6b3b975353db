"""The frame, the masks over it, and the gestures on them."""
