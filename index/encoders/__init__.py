"""Text to vectors: the protocol, the bundled model, any other of sentence-transformers."""
