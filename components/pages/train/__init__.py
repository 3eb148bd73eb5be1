"""Sections of the Train page, in the order in which they stand on it: the text and the settings, a
run as it trains, its vectors, what it changed, two runs side by side, the session in a file."""
