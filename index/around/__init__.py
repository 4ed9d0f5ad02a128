"""Around an answer: what is close to it, and other ways to look at what was found."""
