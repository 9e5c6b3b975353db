"""`vosgui model`: what is installed, training, averaging, calibrating and the benchmark."""
