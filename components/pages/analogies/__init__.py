"""The page analogies."""
