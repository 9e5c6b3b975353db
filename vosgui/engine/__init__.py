"""The networks at work on clips, as generators."""
