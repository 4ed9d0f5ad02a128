"""Pages of text: lines, header, post, thread of comments."""
