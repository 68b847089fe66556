"""Building, training and asking models: the only part that needs the software of `make train`."""
