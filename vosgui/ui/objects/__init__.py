"""The list of objects, their expressions, and what is done to them."""
