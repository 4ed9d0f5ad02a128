"""French, analysed: terms, stems, stop words, phrases, sentences."""
