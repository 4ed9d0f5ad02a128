"""What is known of French: stems, stop words, sentences, phrases, words of here and there."""
