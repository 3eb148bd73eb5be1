"""Asking: neighbours, analogies, word formulas, suggestions."""
