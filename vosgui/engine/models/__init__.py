"""Models on disk and on a device: load, save, average."""
