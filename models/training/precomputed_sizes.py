"""The sweep over embedding_dim that comes with the installation: seen before anybody has trained.

scripts/build_training_sizes.py makes it; models/data/training-sizes/card.json tells from what.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from models.training.pip_loss import PIPLoss
from models.training.run import About
from models.training.settings import Settings
from models.training.size_sweep import SizeRun, unpacked
from models.training.tokens import Tokens

FOLDER = Path(__file__).parents[1] / "data" / "training-sizes"
FILE = "sweep.json"
SIZES = (8, 16, 32, 64, 128, 256)
SEEDS = (0, 1, 2)


@dataclass(frozen=True, eq=False)
class DefaultSweep:
    """The runs at every one of SIZES with each of SEEDS, what they were trained on and how, and the
    PIP loss of the same text."""

    about: About
    settings: Settings
    runs: tuple[SizeRun, ...] = field(repr=False)
    pip: PIPLoss = field(repr=False)


def settings() -> Settings:
    """The settings of the default sweep: those that the page proposes."""
    return Settings()


@cache
def load_default_sweep() -> DefaultSweep:
    """Return the sweep that comes with the installation."""
    said = json.loads((FOLDER / FILE).read_text("utf-8"))
    about = said["about"]
    return DefaultSweep(
        About(**{**about, "options": Tokens(**about["options"])}),
        Settings(**said["settings"]),
        unpacked(said["runs"]),
        _pip(said["pip"]),
    )


def _pip(said: dict[str, Any]) -> PIPLoss:
    """The spectrum itself is not kept: the page shows the loss alone."""
    loss, none = np.array(said["loss"]), np.empty(0)
    return PIPLoss(loss, none, none, said["sigma"], said["words"], said["described"])
