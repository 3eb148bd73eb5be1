"""Learning: texts become corpora, corpora become spaces, and every step can be looked at.

A text (texts.py, wikipedia.py, text8.py) is cut into words by options that show their effect
(tokens.py, corpora.py). Settings name a trainer and its size (settings.py); snapshots() runs it
and hands out the vectors epoch by epoch (snapshots.py), train() returns a space (train.py). One
measure compares all trainers (heldout.py). How little a run changes is in change.py, what the
corpus itself says about the dimension in pip_loss.py, and what runs as a job in at_work.py.
"""
