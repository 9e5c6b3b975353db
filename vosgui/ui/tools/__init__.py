"""The tools of the canvas, one class each."""
