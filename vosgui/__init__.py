"""Make video object segmentation datasets with a recurrent network at hand."""

__version__ = "0.1.0"
