"""Sections of the page about embedding_dim: the controls, the runs, the answer, and the charts."""
