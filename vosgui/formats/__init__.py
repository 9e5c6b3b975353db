"""Bytes on disk to core objects and back."""
