"""Results that come with the installation: a training run, a sweep over embedding_dim, and the
quality that texts of several sizes reach.

scripts/build_training.py and scripts/build_training_sizes.py make them; the cards in
models/data/training-default and models/data/training-sizes name text and settings.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from models.training.corpora import CorpusFacts
from models.training.pip_loss import PIPLoss
from models.training.run import Run
from models.training.run_arrays import run_from_arrays
from models.training.session_file import read_arrays
from models.training.settings import Settings
from models.training.size_sweep import SizeRun, runs_from_json
from models.training.tokens import Tokens

_DATA = Path(__file__).parents[1] / "data"
RUN_FILE = _DATA / "training-default" / "run.npz"
SWEEP_FILE = _DATA / "training-sizes" / "sweep.json"
SIZES = (8, 16, 32, 64, 128, 256)
SEEDS = (0, 1, 2)

# Measured by ``scripts/build_training.py --expected`` with word2vec (skip-gram, 100 dimensions, 20
# epochs, seed 0) on parts of the Wikipedia sample and of twenty English novels (2.9 million words);
# sentences were drawn at random. Small parts know few words of the suites, so their figures have
# intervals some 0.2 wide to either side. Each line: tokens read, WordSim-353, SimLex-999, share of
# the Google analogies answered, and of all of their 19,544 questions those whose words are known.
ENCYCLOPEDIA = (
    (46_684, 0.09, -0.09, 0.027, 0.01),
    (116_867, 0.33, 0.14, 0.024, 0.04),
    (474_343, 0.46, 0.24, 0.023, 0.18),
)
NOVELS = (
    (97_779, 0.21, 0.11, 0.020, 0.03),
    (281_565, 0.13, 0.15, 0.028, 0.10),
    (484_469, 0.22, 0.13, 0.032, 0.15),
    (1_022_893, 0.28, 0.20, 0.071, 0.21),
    (2_926_071, 0.31, 0.24, 0.175, 0.32),
)


@dataclass(frozen=True, eq=False)
class DefaultSweep:
    """The runs at every one of SIZES with each of SEEDS, their text and settings, and the PIP loss
    of the same text."""

    facts: CorpusFacts
    settings: Settings
    runs: tuple[SizeRun, ...] = field(repr=False)
    pip: PIPLoss = field(repr=False)


@dataclass(frozen=True)
class ExpectedQuality:
    """The lowest and highest figure measured on texts about as large: `tokens` of each."""

    tokens: tuple[int, ...]
    wordsim: tuple[float, float]
    analogies: tuple[float, float]


@cache
def load_default() -> Run:
    """Return the run: word2vec (skip-gram, 100 dimensions, 20 epochs) on the Wikipedia sample, the
    same settings that the page proposes. Its vectors are rounded to 16 bits a number."""
    card = json.loads((RUN_FILE.parent / "card.json").read_text("utf-8"))
    return run_from_arrays(card["run"], read_arrays(RUN_FILE.read_bytes()), precomputed=True)


@cache
def load_default_sweep() -> DefaultSweep:
    """Return the sweep, trained with the settings that the page proposes."""
    content = json.loads(SWEEP_FILE.read_text("utf-8"))
    about, pip = content["about"], content["pip"]
    loss, none = np.array(pip["loss"]), np.empty(0)  # no spectrum: the page shows the loss alone
    return DefaultSweep(
        CorpusFacts(**{**about, "options": Tokens(**about["options"])}),
        Settings(**content["settings"]),
        runs_from_json(content["runs"]),
        PIPLoss(loss, none, none, pip["sigma"], pip["words"], pip["described"]),
    )


def expected_quality(tokens: int) -> ExpectedQuality | None:
    """Return what was measured on texts of a third to three times as many tokens; None where none
    was measured."""
    near = [m for m in (*ENCYCLOPEDIA, *NOVELS) if tokens / 3 <= m[0] <= 3 * tokens]
    if not near:
        return None
    wordsim, analogies = [m[1] for m in near], [m[3] for m in near]
    return ExpectedQuality(
        tuple(sorted(m[0] for m in near)),
        (min(wordsim), max(wordsim)),
        (min(analogies), max(analogies)),
    )
