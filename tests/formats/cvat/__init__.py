"""Tests of vosgui.formats.cvat."""
