"""Files of one bundled space: each written beside its place, then moved into it; the card last."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary

CARD = "card.json"


class Folder:
    """models/data/<name>. A card in it means that every file it lists is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def read_card(self) -> dict[str, Any]:
        """Return what the card says, {} without one."""
        path = self.path / CARD
        card: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return card

    def take_card_away(self) -> None:
        """Mark the folder as incomplete until a new card is written."""
        (self.path / CARD).unlink(missing_ok=True)

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write `array` as a row-major .npy without pickle."""
        ordered = np.ascontiguousarray(array)
        self._write(name, lambda file: np.save(file, ordered, allow_pickle=False))

    def write_words(self, name: str, words: Iterable[str]) -> None:
        text = "".join(f"{word}\n" for word in words)
        self._write(name, lambda file: file.write(text.encode()))

    def write_json(self, name: str, content: Any) -> None:
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        self._write(name, lambda file: file.write(text.encode()))

    def read_space(self, name: str) -> EmbeddingSpace:
        """Return the space of vectors.npy and words.txt; float16 becomes float32."""
        words = (self.path / "words.txt").read_text("utf-8").removesuffix("\n").split("\n")
        vectors = np.load(self.path / "vectors.npy", allow_pickle=False)
        return EmbeddingSpace(name, Vocabulary(words), vectors.astype(np.float32, copy=False))

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of every file but the card and what an ended run left behind."""
        files = sorted(path for path in self.path.iterdir() if path.suffix != ".part")
        return {path.name: sha256(path) for path in files if path.name != CARD}

    def _write(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        part = self.path / f"{name}.part"
        with part.open("wb") as file:
            write(file)
        part.replace(self.path / name)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
