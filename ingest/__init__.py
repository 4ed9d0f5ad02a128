"""From a page to passages. Knows nothing of vectors."""
