"""COCO, and its run-length coding of masks."""
