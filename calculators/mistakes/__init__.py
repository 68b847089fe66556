"""The mistakes by which a label comes about that does not follow from its inputs, and the search for them."""
