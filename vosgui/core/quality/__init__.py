"""What of an annotation needs a look, and why."""
