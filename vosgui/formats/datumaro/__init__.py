"""datumaro: its own JSON, which CVAT exports too."""
