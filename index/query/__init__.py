"""What a person asks: how it is read, what it requires, how it will run."""
