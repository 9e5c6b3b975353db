"""Opening, saving and listing of projects and clips."""
