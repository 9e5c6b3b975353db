"""Masks carried through a clip."""
