"""The bundled model's files, and the encoders that read them without torch."""
