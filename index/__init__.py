"""From passages to ranked hits."""
