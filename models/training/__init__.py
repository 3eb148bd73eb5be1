"""Training: texts become corpora, and corpora become spaces.

A text (texts.py, wikipedia.py, text8.py) is cut into words (tokens.py, corpora.py). Settings name a
trainer and its size (settings.py); train_epochs() yields the vectors epoch by epoch (epochs.py) and
train() returns a space (train.py). One measure compares all trainers (heldout_contexts.py). How far
rows move is in row_change.py, what the corpus itself says about the dimension in pip_loss.py; a run
as a value in run.py, with its files in run_arrays.py and session_file.py.
"""
