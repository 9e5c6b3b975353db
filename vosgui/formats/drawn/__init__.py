"""What people drew with annotation tools, however the tools store it."""
