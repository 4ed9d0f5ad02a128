"""The map of the archive on the page: its points, its regions and their passages, as JSON."""
