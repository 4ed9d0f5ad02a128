"""What a keeper writes beside the generations of an archive: selections, saved searches."""
