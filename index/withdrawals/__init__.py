"""Texts withdrawn for good: their register, and archives that no longer hold or show them."""
