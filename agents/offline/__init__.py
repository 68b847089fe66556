"""The offline reader: reads notes without a model, quotes what it read, abstains rather than guesses."""
