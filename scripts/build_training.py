"""Build models/data/training-default: the training run that everybody sees at once.

    python scripts/build_training.py                      # a minute on two cores
    python scripts/build_training.py --expected TEXT.gz   # usual figures by the size of a text

Deterministic on one machine with one set of package versions; another machine may round otherwise.
The second prints the lines of models/training/precomputed.py, measured on parts of a text.
"""

import argparse
import gzip
import platform
import sys
import time
from collections import deque
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that it runs as a script as well as with python -m

from models.jobs.reporter import LocalReporter  # noqa: E402
from models.quality.training_measure import measure, watch  # noqa: E402
from models.space import EmbeddingSpace  # noqa: E402
from models.training.corpora import corpus_of  # noqa: E402
from models.training.epochs import train_epochs  # noqa: E402
from models.training.precomputed import RUN_FILE  # noqa: E402
from models.training.run import Run  # noqa: E402
from models.training.run_arrays import run_arrays, run_description  # noqa: E402
from models.training.session_file import write_arrays  # noqa: E402
from models.training.settings import Settings  # noqa: E402
from models.training.texts import Text  # noqa: E402
from models.training.wikipedia import wikipedia_sample  # noqa: E402
from scripts.data.folder import CARD, Folder  # noqa: E402

SHARES = (0.035, 0.1, 0.17, 0.35, 1.0)
PACKAGES = ("gensim", "numpy")


def main() -> None:
    """Build the run, or measure what is to be expected."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--expected", type=Path, metavar="TEXT.gz", help="measure on its parts")
    asked = parser.parse_args()
    if asked.expected:
        expected(asked.expected)
    else:
        build()


def build() -> None:
    """Write the folder, its card last."""
    folder = Folder(RUN_FILE.parent)
    folder.take_card_away()
    started = time.perf_counter()
    run = default_run()
    print(f"{run.facts.describe()}\n{run.scores}\n{time.perf_counter() - started:.0f} s")
    RUN_FILE.write_bytes(write_arrays(run_arrays(run)))
    folder.write_json(CARD, _card(run) | {"files": folder.digests()})
    print(f"{RUN_FILE.stat().st_size / 1e6:.2f} MB")


def default_run() -> Run:
    """Train with the settings that the page proposes; the vectors rounded to float16."""
    corpus, settings = corpus_of(wikipedia_sample()), Settings()
    here = LocalReporter()
    trained = watch(here, corpus, settings)
    seen = tuple(replace(record, vectors=None) for record in here.partial)
    vectors = trained.astype(np.float16)
    return Run(
        "precomputed",
        settings,
        corpus.facts,
        corpus.vocabulary,
        corpus.counts,
        seen,
        vectors,  # type: ignore[arg-type]  # float32 again when it is read
    )


def expected(file: Path) -> None:
    """Print what parts of a text reach, and of the Wikipedia sample: tokens and the figures."""
    with gzip.open(file, "rt", encoding="utf-8") as text_file:
        lines = text_file.read().split("\n")
    articles = wikipedia_sample().content.split("\n")
    parts = [("Wikipedia", _part(articles, share)) for share in (0.1, 0.25, 1.0)]
    for title, text in [*parts, *((file.stem, _part(lines, share)) for share in SHARES)]:
        corpus = corpus_of(Text(title, text))
        [last] = deque(train_epochs(corpus, Settings()), maxlen=1)
        found = measure(EmbeddingSpace("part", corpus.vocabulary, last.vectors))
        figures = {s.suite: (round(s.value, 3), s.total) for s in found}
        print(title, corpus.tokens_read, corpus.words, figures, flush=True)


def _part(lines: list[str], share: float) -> str:
    """Return a share of the lines, drawn at random, in their order."""
    kept = np.random.default_rng(0).choice(len(lines), int(share * len(lines)), replace=False)
    return "\n".join(lines[int(row)] for row in np.sort(kept))


def _card(run: Run) -> dict[str, object]:
    facts = run.facts
    return {
        "name": RUN_FILE.parent.name,
        "title": "The training run that everybody sees at once",
        "words": facts.words,
        "dimension": run.settings.dimension,
        "source": f"{facts.source}; trained by this project",
        "licence": "CC BY-SA 3.0 and GFDL (the articles that it was trained on)",
        "url": "https://en.wikipedia.org/wiki/Wikipedia:Copyrights",
        "note": (
            "No text of the articles is kept here: counts of words, figures of each epoch, a map "
            "and the nearest words of the 2,000 most frequent, and the vectors that it ended with."
        ),
        "what_was_done": [
            facts.describe(),
            run.settings.describe(),
            "The vectors and places on the map are rounded to 16 bits, similarities to 8.",
        ],
        "run": run_description(run),
        "command": "python scripts/build_training.py",
        "built_with": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
    }


if __name__ == "__main__":
    main()
