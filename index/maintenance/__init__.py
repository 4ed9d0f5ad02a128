"""Keeping an archive sound: looking at it, going back, freeing room."""
