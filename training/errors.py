"""What can be wrong with an experiment or its data."""


class TrainingError(Exception):
    """Training that cannot be done as asked; the message says why and what to do instead."""
