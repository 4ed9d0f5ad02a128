"""Who may see the page: the password, its sessions, the login form."""
