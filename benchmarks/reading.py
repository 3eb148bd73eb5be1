"""Reading files of vectors beside gensim: text, word2vec binary, opening again, the first rows.

Each reads the same file in a process of its own; the best of several passes counts. Memory is
RssAnon, sampled during a first pass with the libraries loaded, and compared with the float32 matrix
plus the vocabulary (the bytes of Vocabulary). All must read the same words and numbers.

    python -m benchmarks.reading
    python -m benchmarks.reading --words 20000 --large 100000
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import models
from benchmarks._memory import watched
from benchmarks._run import run

PASSES = 5
_KINDS = {"text": "glove", "binary": "word2vec-binary"}


def main(options: argparse.Namespace) -> bool:
    if options.run:
        print(json.dumps(_measure(options.run, options.kind, Path(options.file), options.limit)))
        return True
    with tempfile.TemporaryDirectory() as folder:
        failures = _beside_gensim(Path(folder), options)
        failures += _first_rows(Path(folder), options)
    return failures == 0


def _beside_gensim(folder: Path, options: argparse.Namespace) -> int:
    failures = 0
    space = _space(options.words, 100)
    for kind, least in (("text", options.text), ("binary", options.binary)):
        path = folder / f"vectors.{kind}"
        models.write_vectors(space, path, format=_KINDS[kind])
        ours, theirs = (_fresh(who, kind, path) for who in ("ours", "gensim"))
        ratio = theirs["seconds"] / ours["seconds"]
        size = f"{options.words:,} x 100, {path.stat().st_size / 1e6:.0f} MB"
        print(f"{kind} ({size})")
        for who, found in (("ours", ours), ("gensim", theirs)):
            print(
                f"  {who:7}{found['seconds']:7.3f} s  peak {found['peak']:5.0f} MB, "
                f"{found['peak'] / found['least']:.2f} of matrix and vocabulary"
            )
        print(f"  ratio {ratio:.1f} (at least {least:g})")
        memory = ours["peak"] / ours["least"]
        print(f"  memory {memory:.2f} (at most {options.memory:g})")
        again = _fresh("again", kind, path, cache=folder / "cache")
        faster = theirs["seconds"] / again["seconds"]
        print(f"  opening again {1e3 * again['seconds']:.1f} ms, ratio {faster:.0f} (at least 100)")
        same = ours["content"] == theirs["content"] == again["content"]
        print(f"  words and numbers: {'the same' if same else 'DIFFERENT'}", flush=True)
        failures += ratio < least or memory > options.memory or faster < 100 or not same
    return failures


def _first_rows(folder: Path, options: argparse.Namespace) -> int:
    """Compare the first rows of a large text with a text of these rows alone."""
    large, small = folder / "large.txt", folder / "small.txt"
    models.write_vectors(_space(options.rows, 300), small, format="glove")
    with large.open("wb") as file:  # the same rows over again, the words apart
        lines = small.read_bytes().splitlines(keepends=True)
        for turn in range(max(1, options.large // options.rows)):
            file.writelines(str(turn).encode() + line for line in lines)
        file.flush()
        os.fsync(file.fileno())  # what is still being written would slow down what is read
    del lines
    turns = [
        (
            _fresh("ours", "text", large, limit=options.rows)["seconds"],
            _fresh("ours", "text", small)["seconds"],
        )
        for _ in range(2)
    ]
    of_large, of_small = (min(seconds) for seconds in zip(*turns, strict=True))
    ratio = of_large / of_small
    print(
        f"first {options.rows:,} of {options.large:,} x 300 ({large.stat().st_size / 1e9:.1f} GB): "
        f"{of_large:.2f} s; a file of these alone {of_small:.2f} s"
    )
    print(f"  ratio {ratio:.2f} (at most 1.5)")
    return int(ratio > 1.5)


def _measure(who: str, kind: str, path: Path, limit: int | None) -> dict[str, float | str]:
    """Read `path` several times; the first pass is watched for its memory, all are timed."""
    read: Callable[..., Any] = _gensim(kind) if who == "gensim" else models.read_vectors
    tiny = path.with_name("tiny")
    models.write_vectors(_space(10, 4), tiny, format=_KINDS[kind])
    read(tiny)  # what is imported late is no part of what is measured
    with watched() as peak:
        found = read(path, limit=limit)
    words = found.index_to_key if who == "gensim" else found.words
    content = f"{hash(tuple(words))} {hash(found.vectors.tobytes())}"
    least = (found.vectors.nbytes + len("\n".join(words).encode()) + 8 * len(words)) / 1e6
    del words, found
    seconds = []
    for _ in range(PASSES):
        began = time.perf_counter()
        found = read(path, limit=limit)
        if who == "again":
            found["word12"]
        seconds.append(time.perf_counter() - began)
        del found
    return {"seconds": min(seconds), "peak": peak.extra, "least": least, "content": content}


def _gensim(kind: str) -> Callable[..., Any]:
    from gensim.models import KeyedVectors

    def read(path: Path, limit: int | None = None) -> Any:
        binary = kind == "binary"
        return KeyedVectors.load_word2vec_format(
            str(path), binary=binary, no_header=not binary, limit=limit
        )

    return read


def _fresh(
    who: str, kind: str, path: Path, *, limit: int | None = None, cache: Path | None = None
) -> dict[str, float]:
    """Return what a new process measured. Only `cache` keeps what was read."""
    command = [sys.executable, "-m", "benchmarks.reading", "--run", who, "--kind", kind]
    command += ["--file", str(path)] + (["--limit", str(limit)] if limit else [])
    kept = {"VECTORSCOPE_CACHE": str(cache)} if cache else {"VECTORSCOPE_CACHE_MB": "0"}
    variables = {**os.environ, **kept, "PYTHONHASHSEED": "0", "VECTORSCOPE_MEMORY_MB": "4000"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _space(words: int, dimension: int) -> models.EmbeddingSpace:
    vectors = np.random.default_rng(0).normal(size=(words, dimension)).astype(np.float32)
    vectors = np.round(vectors, 5)  # digits as published ones have
    names = models.Vocabulary([f"word{number}" for number in range(words)])
    return models.EmbeddingSpace("benchmark", names, vectors)


if __name__ == "__main__":
    run(
        main,
        __doc__,
        words=(100_000, "of the small files"),
        rows=(50_000, "the first ones of a large file"),
        large=(2_000_000, "rows of the large file"),
        text=(5.0, "times as fast as gensim, at least"),
        binary=(1.0, "times as fast as gensim, at least"),
        memory=(1.3, "of what is held, at most"),
        run={"choices": ("ours", "gensim", "again"), "help": argparse.SUPPRESS},
        kind={"choices": ("text", "binary"), "help": argparse.SUPPRESS},
        file={"help": argparse.SUPPRESS},
        limit={"type": int, "help": argparse.SUPPRESS},
    )
