"""Short calculator problems with a right and a plausible wrong answer, for models made from scratch."""
