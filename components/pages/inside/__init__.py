"""Sections of the page that takes nn.Embedding apart, in the order in which they stand on it."""
