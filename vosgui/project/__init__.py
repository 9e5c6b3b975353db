"""The project file: its schema, its journal and its clips."""
