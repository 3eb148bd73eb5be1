"""Sections of the page about embedding_dim: what is asked, the runs, the answer, and the charts."""
