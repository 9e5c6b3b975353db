"""Masks whose values say class and instance at once: MOTS, panoptic, Cityscapes, PASCAL VOC."""
