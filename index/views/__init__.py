"""What a reader sees of a result: hits, highlights, facets, concordance, what is close to it."""
