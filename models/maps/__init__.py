"""Maps: positions of words in 2 or 3 dimensions, and how faithful and stable they are."""
