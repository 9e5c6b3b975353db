"""The Prepare view: long videos to clips, shot by shot."""
