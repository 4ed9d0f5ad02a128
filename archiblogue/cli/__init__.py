"""The command line: `main` declares the commands, each other module does what one says."""
