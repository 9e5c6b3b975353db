"""The table of actions, their keys, and where they are shown."""
