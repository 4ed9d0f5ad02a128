"""What people judged relevant, and how a ranking is scored against it."""
