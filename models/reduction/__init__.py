"""Fewer dimensions: PCA, all-but-the-top, random projection, first k, and fewer bits."""
