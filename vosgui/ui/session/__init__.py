"""What is open in the window, and work in threads."""
