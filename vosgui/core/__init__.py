"""What an annotation is and what it may become: numpy only, no files, no Qt, no torch."""
