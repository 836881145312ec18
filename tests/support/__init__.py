"""What tests share: a shop made of a few events, the comparison of answers, and nasty streams."""
