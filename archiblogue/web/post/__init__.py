"""The address of a post: one whole page of HTML with its own title, to be read and printed."""
