"""The run that comes with the installation: seen at once, before anybody has trained anything.

scripts/build_training.py makes it; models/data/training-default/card.json tells from what.
"""

import json
from functools import cache
from pathlib import Path

from models.training.run import Run
from models.training.run_arrays import run_of
from models.training.session_file import unpacked

FOLDER = Path(__file__).parents[1] / "data" / "training-default"
FILE = "run.npz"


@cache
def load_default() -> Run:
    """Return the run: word2vec (skip-gram, 100 dimensions, 20 epochs) on the Wikipedia sample, the
    same settings that the page proposes. Its vectors are rounded to 16 bits a number."""
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    arrays = unpacked((FOLDER / FILE).read_bytes())
    return run_of(card["run"], arrays, precomputed=True)
