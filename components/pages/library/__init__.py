"""The sections of the Library page, in the order in which they stand on it."""
