"""An archive on the disk: rows, files, generations. SQLite has its home here."""
