"""From a question to ranked candidates: words, meaning, their fusion, and how sure it is."""
