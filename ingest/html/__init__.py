"""HTML pages: linear text, post, facts about it, comments."""
