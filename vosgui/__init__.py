"""Make video object segmentation datasets with a recurrent network at hand."""

import os

__version__ = "0.1.0"

# A thread that waits for another must not keep a core from it: with torch's default of waiting in a
# loop, a frame takes three times the processor time, and four times as long on a busy machine.
# It is read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
