"""The sections of the Train page, in the order in which they stand on it: the text and the
settings, the start, a run as it settles, what it changed, two runs side by side, what is kept."""
