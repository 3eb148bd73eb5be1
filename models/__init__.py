"""What is true of embeddings: load, search, reduce, map and measure word vectors.

Equally at home in a notebook: nothing here knows of Streamlit or Plotly. Names load when they are
first used, so that ``import models`` costs nothing.

    >>> import models
    >>> space = models.load("glove-50")
    >>> models.formula(space, "king - man + woman").head(1)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.errors import EmbeddingError, FormulaError, InvalidRequest, UnknownSpace, shorten
    from models.errors import UnknownWord as UnknownWord
    from models.errors import VectorFileError as VectorFileError
    from models.maps.projection import project
    from models.quality.evaluate import evaluate
    from models.quality.sweep.sweep import sweep
    from models.reduction.reduce import reduce
    from models.search.analogies import analogy
    from models.search.formulas import formula
    from models.search.neighbours import neighbours
    from models.sources.load import load, spaces
    from models.sources.read import read_vectors
    from models.sources.write import write_vectors
    from models.space import EmbeddingSpace, SpaceCard
    from models.training.train import train
    from models.vocabulary import Vocabulary

_HOME = {
    "EmbeddingError": "models.errors",
    "EmbeddingSpace": "models.space",
    "FormulaError": "models.errors",
    "InvalidRequest": "models.errors",
    "SpaceCard": "models.space",
    "UnknownSpace": "models.errors",
    "UnknownWord": "models.errors",
    "VectorFileError": "models.errors",
    "Vocabulary": "models.vocabulary",
    "analogy": "models.search.analogies",
    "evaluate": "models.quality.evaluate",
    "formula": "models.search.formulas",
    "load": "models.sources.load",
    "neighbours": "models.search.neighbours",
    "project": "models.maps.projection",
    "read_vectors": "models.sources.read",
    "reduce": "models.reduction.reduce",
    "shorten": "models.errors",
    "spaces": "models.sources.load",
    "sweep": "models.quality.sweep.sweep",
    "train": "models.training.train",
    "write_vectors": "models.sources.write",
}

__all__ = [
    "EmbeddingError",
    "EmbeddingSpace",
    "FormulaError",
    "InvalidRequest",
    "SpaceCard",
    "UnknownSpace",
    "UnknownWord",
    "VectorFileError",
    "Vocabulary",
    "analogy",
    "evaluate",
    "formula",
    "load",
    "neighbours",
    "project",
    "read_vectors",
    "reduce",
    "shorten",
    "spaces",
    "sweep",
    "train",
    "write_vectors",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'models' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
