"""What needs a look: found, listed, and gone through stretch by stretch."""
