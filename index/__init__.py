"""From passages to ranked hits. `index.archive` opens an archive and asks it."""
