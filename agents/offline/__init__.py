"""The offline reader: reads clinical notes without a model, quotes what it read, abstains rather than guesses."""
