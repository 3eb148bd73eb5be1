"""Search: neighbours, analogies, word formulas, suggestions."""
