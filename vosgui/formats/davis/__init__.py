"""DAVIS 2016 and 2017."""
