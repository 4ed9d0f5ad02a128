"""Which paragraph of a post each comment answers."""
