"""The map of an archive: a place in the plane for each passage, regions with their words."""
