"""Supervisely: projects of images and of videos."""
