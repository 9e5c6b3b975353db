"""Clips and pictures on disk: videos, folders of images, palette masks."""
