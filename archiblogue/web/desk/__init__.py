"""The desk: what narrows, the list of passages and the post, as one component fed with JSON."""
