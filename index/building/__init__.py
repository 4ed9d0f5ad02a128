"""What a build needs: the embedded text, its vectors, their journal, the guard, the watch."""
