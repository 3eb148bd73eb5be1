"""Build models/data/training-sizes: the sweep over embedding_dim that everybody sees at once.

    python scripts/build_training_sizes.py              # ten to fifteen minutes on two cores
    python scripts/build_training_sizes.py --only pip   # keep the runs, redo the PIP loss
    python scripts/build_training_sizes.py --only times # keep the runs, time their epochs anew
    python scripts/build_training_sizes.py --only nested # keep the rest, train the nested runs anew

An interrupted build continues with the run at which it ended. The vectors are deterministic on one
machine with one set of package versions; the seconds are those of the machine that built it.
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # so that it runs as a script as well as with python -m

from models.jobs.reporter import LocalReporter  # noqa: E402
from models.quality.training_sizes import (  # noqa: E402
    nested_settings,
    train_each_size,
    train_nested,
)
from models.training.corpora import Corpus, corpus_of  # noqa: E402
from models.training.epochs import train_epochs  # noqa: E402
from models.training.pip_loss import pip_loss  # noqa: E402
from models.training.precomputed import SEEDS, SIZES, SWEEP_FILE  # noqa: E402
from models.training.settings import Settings  # noqa: E402
from models.training.size_sweep import NESTED, TRAINED, runs_from_json, runs_to_json  # noqa: E402
from models.training.wikipedia import wikipedia_sample  # noqa: E402
from scripts.data.cards import built_with  # noqa: E402
from scripts.data.folder import CARD, Folder  # noqa: E402

PACKAGES = ("gensim", "numpy", "scipy", "torch")
_TIMED = 10  # times that an epoch of each size is timed


def main() -> None:
    """Build the sweep, or the PIP loss alone."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--only", choices=["pip", "times", "nested"], help="keep the rest as it stands"
    )
    only = parser.parse_args().only
    folder = Folder(SWEEP_FILE.parent)
    kept = json.loads(SWEEP_FILE.read_text("utf-8")) if only else {}
    folder.take_card_away()
    corpus = corpus_of(wikipedia_sample())
    runs = _runs(corpus, only, kept.get("runs", []))
    content = {
        "about": asdict(corpus.facts),
        "settings": asdict(Settings()),
        "runs": _rounded(timed(runs, corpus) if only in {None, "times"} else runs),
        "pip": kept["pip"] if only in {"times", "nested"} else spectrum(corpus),
    }
    folder.write_json(SWEEP_FILE.name, content)
    folder.write_json(CARD, _card(corpus) | {"files": folder.digests()})
    _part().unlink(missing_ok=True)


def _runs(corpus: Corpus, only: str | None, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs, those that are kept as they stand; seconds too, where nothing is timed."""
    if only in {"pip", "times"}:
        return kept
    if only is None:
        return trained(corpus)
    seconds = {run["dimension"]: run["seconds"] for run in kept if run["kind"] == NESTED}
    anew = trained(corpus, sizes=False)
    timed_before = [run | {"seconds": seconds[run["dimension"]]} for run in anew]
    return [run for run in kept if run["kind"] != NESTED] + timed_before


def trained(corpus: Corpus, *, sizes: bool = True) -> list[dict[str, Any]]:
    """Train every size with every seed, and a nested run with every seed."""
    done: dict[str, Any] = json.loads(_part().read_text("utf-8")) if _part().exists() else {}

    def once(name: str, work: Callable[[], Any]) -> None:
        if name not in done:
            done[name] = runs_to_json(work())
            _part().write_text(json.dumps(done), "utf-8")
        for run in runs_from_json(done[name]):
            print(name, run.dimension, run.seed, run.auc, run.seconds, flush=True)

    for seed in SEEDS if sizes else ():
        # A size at a time, seeds outermost: a busy hour of the machine then meets all sizes.
        once(f"trained {seed}", lambda seed=seed: _sizes(corpus, seed))  # type: ignore[misc]
    for seed in SEEDS:
        work = lambda seed=seed: train_nested(LocalReporter(), corpus, _largest(seed))  # noqa: E731
        once(f"nested {seed}", work)
    return [run for runs in done.values() for run in runs]


def timed(runs: list[dict[str, Any]], corpus: Corpus) -> list[dict[str, Any]]:
    """Return the runs with the seconds that they take on a core of their own: the epochs times the
    fastest of several, as whatever else the machine does can only make one slower."""
    fastest: dict[tuple[str, int], float] = {}
    for _ in range(_TIMED):
        for size in SIZES:
            one = replace(Settings(), dimension=size, epochs=1)
            _keep_fastest(fastest, (TRAINED, size), corpus, one)
    for _ in range(2):
        one = replace(nested_settings(_largest(0)), epochs=1)
        _keep_fastest(fastest, (NESTED, SIZES[-1]), corpus, one)
    seconds = {key: Settings().epochs * time for key, time in fastest.items()}
    print({key: round(time, 1) for key, time in seconds.items()}, flush=True)
    return [run | {"seconds": seconds.get((run["kind"], run["dimension"]))} for run in runs]


def _keep_fastest(
    fastest: dict[tuple[str, int], float], key: tuple[str, int], corpus: Corpus, one: Settings
) -> None:
    [last] = deque(train_epochs(corpus, one), maxlen=1)
    fastest[key] = min(last.seconds, fastest.get(key, last.seconds))


def spectrum(corpus: Corpus) -> dict[str, Any]:
    """Return the PIP loss of the corpus, as precomputed.py reads it."""
    found = pip_loss(corpus)
    print(found.reading(), flush=True)
    return {
        "loss": [float(f"{value:.6g}") for value in found.loss],
        "sigma": found.sigma,
        "words": found.words,
        "described": found.described,
    }


def _largest(seed: int) -> Settings:
    return replace(Settings(), dimension=SIZES[-1], seed=seed)


def _sizes(corpus: Corpus, seed: int) -> list[Any]:
    return train_each_size(LocalReporter(), corpus, replace(Settings(), seed=seed), SIZES)


def _rounded(value: Any) -> Any:
    """Five digits are more than any of the figures is sure of."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list | tuple) else value


def _part() -> Path:
    return SWEEP_FILE.with_name(f"{SWEEP_FILE.name}.part")


def _card(corpus: Corpus) -> dict[str, object]:
    return {
        "name": SWEEP_FILE.parent.name,
        "title": "The sweep over embedding_dim that everybody sees at once",
        "words": corpus.words,
        "dimension": SIZES[-1],
        "source": f"{corpus.source}; trained by this project",
        "licence": "CC BY-SA 3.0 (the articles that were trained on)",
        "url": "https://en.wikipedia.org/wiki/Wikipedia:Copyrights",
        "note": (
            "No text and no vectors are kept here: figures of every run alone. The seconds are "
            "those of the machine that built them."
        ),
        "what_was_done": [
            corpus.facts.describe(),
            f"{Settings().describe()}; here with {', '.join(map(str, SIZES))} dimensions, each "
            f"with the seeds {', '.join(map(str, SEEDS))}, on one core.",
            "The largest run of each seed cut by PCA to the other sizes; a nested skip-gram of the "
            "largest size with each seed, read at all of them.",
            "The seconds are the epochs times the fastest of ten: they were trained on a machine "
            "that had other work.",
            "The PIP loss (Yin and Shen 2018) of the 5,000 most frequent words.",
        ],
        "command": "python scripts/build_training_sizes.py",
        "built_with": built_with(PACKAGES),
    }


if __name__ == "__main__":
    main()
