"""The list of clips: how it is shown, filtered and changed."""
