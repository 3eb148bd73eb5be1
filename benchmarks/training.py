"""Training, ours beside gensim's, on the Wikipedia sample and on a corpus of one's own.

Speed: tokens a second by processor time, as other work on the machine should not count; the runs
take turns and the median of the ratios is judged. Quality: WordSim-353 after the same number of
epochs, the mean over seeds. Display: what a page asks of a run (held-out measure, how far rows
moved, moments that travel) beside the training in it. PIP: seconds of processor
time for a vocabulary of 5,000.

    python -m benchmarks.training
    python -m benchmarks.training --only speed display
    VECTORSCOPE_CORPUS=novels.txt.gz python -m benchmarks.training --epochs 5
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import models
from models.jobs.reporter import Here
from models.space import EmbeddingSpace
from models.training.at_work import train_at_work
from models.training.corpora import Corpus, corpus_of
from models.training.pip_loss import pip_loss
from models.training.settings import Settings
from models.training.snapshots import snapshots, trainer_of
from models.training.texts import read_text
from models.training.wikipedia import wikipedia_sample

PARTS = ("speed", "display", "quality", "pip")
OWN = 0.95  # of a bare gensim call
TORCH = 0.3
DISPLAY = 0.05
APART = 0.05
PIP_SECONDS = 60


def main() -> int:
    options = _options()
    failed = 0
    for corpus in _corpora():
        print(f"\n{corpus.describe()}", flush=True)
        if "speed" in options.only:
            failed += _speed(corpus, options.rounds)
        if "display" in options.only:
            failed += _display(corpus, options.rounds)
        if "quality" in options.only:
            failed += _quality(corpus, options.epochs, options.seeds)
        if "pip" in options.only:
            failed += _pip(corpus)
    return int(failed > 0)


def _corpora() -> list[Corpus]:
    corpora = [corpus_of(wikipedia_sample())]
    path = os.environ.get("VECTORSCOPE_CORPUS")
    if path:
        corpora.append(corpus_of(read_text(Path(path))))
    else:
        print("VECTORSCOPE_CORPUS names no file: only the Wikipedia sample is measured")
    return corpora


def _speed(corpus: Corpus, rounds: int) -> int:
    plain = Settings(dimension=100, epochs=1, heldout=0.0)
    calls = {
        "gensim, bare": lambda: _bare(corpus, plain),
        "gensim, ours": lambda: _ours(corpus, plain),
        "torch": lambda: _ours(corpus, Settings("torch", epochs=1, heldout=0.0)),
        "nested": lambda: _ours(corpus, Settings("nested", epochs=1, heldout=0.0)),
        "GloVe": lambda: _ours(corpus, Settings("glove", epochs=1, heldout=0.0)),
        "fastText": lambda: _ours(corpus, Settings("fasttext", epochs=1, heldout=0.0)),
    }
    times = _in_turn(calls, rounds)
    for name, seconds in times.items():
        ratio = _ratio(times["gensim, bare"], seconds)
        pace = corpus.tokens / min(seconds)
        print(f"  {name:13} {pace:9,.0f} tokens a second, {ratio:.2f} of bare gensim", flush=True)
    own = _ratio(times["gensim, bare"], times["gensim, ours"])
    torch = _ratio(times["gensim, bare"], times["torch"])
    return _judge("gensim through us", own, at_least=OWN) + _judge("torch", torch, at_least=TORCH)


def _display(corpus: Corpus, rounds: int) -> int:
    """In one run: the time that is not training, from the first moment on, beside that which is."""
    settings = Settings(dimension=100, epochs=3)

    def cost() -> float:
        here = _Pickling()
        found = train_at_work(here, corpus, settings)
        elapsed = time.perf_counter() - here.began
        training = found.rows[-1]["seconds"] or 0.0
        return (elapsed - training) / training

    cost()  # what it imports is not what it costs
    return _judge(
        "what is shown costs", statistics.median(cost() for _ in range(rounds)), at_most=DISPLAY
    )


def _quality(corpus: Corpus, epochs: int, seeds: int) -> int:
    scores = {}
    for method in ("word2vec", "torch", "nested", "glove"):
        found = [_wordsim(corpus, Settings(method, epochs=epochs, seed=s)) for s in range(seeds)]
        scores[method] = statistics.mean(value for value, _ in found)
        shown = ", ".join(f"{value:.3f}" for value, _ in found)
        area = statistics.mean(auc for _, auc in found)
        print(
            f"  {method:9} WordSim-353 {scores[method]:.3f} ({shown}), AUC {area:.3f}", flush=True
        )
    failed = 0
    for method in ("torch", "glove"):
        below = scores["word2vec"] - scores[method]
        failed += _judge(f"{method} below word2vec by", below, at_most=APART)
    return failed


def _pip(corpus: Corpus) -> int:
    began, clock = time.process_time(), time.perf_counter()
    found = pip_loss(corpus, words=min(5_000, corpus.words))
    seconds, wall = time.process_time() - began, time.perf_counter() - clock
    print(f"  {found.reading()}\n  {wall:.0f} s by the clock")
    return _judge("PIP loss, seconds of one processor", seconds, at_most=PIP_SECONDS)


def _bare(corpus: Corpus, settings: Settings) -> float:
    """Return the seconds of a bare gensim call on lists of words that are there already."""
    from gensim.models import Word2Vec

    words = list(corpus.vocabulary)
    lines = [[words[code] for code in line] for line in corpus.sentence_codes()]
    model = Word2Vec(vector_size=settings.dimension, sg=1, workers=1, min_count=1, seed=0)
    counts = dict(zip(words, corpus.counts.tolist(), strict=True))
    model.build_vocab_from_freq(counts, corpus_count=len(lines))
    began = time.process_time()
    model.train(lines, total_examples=len(lines), epochs=settings.epochs)
    return time.process_time() - began


def _ours(corpus: Corpus, settings: Settings) -> float:
    trainer = trainer_of(corpus, settings)
    began = time.process_time()
    for number in range(settings.epochs):
        trainer.epoch(number, lambda share: None)
    return time.process_time() - began


def _wordsim(corpus: Corpus, settings: Settings) -> tuple[float, float]:
    for last in snapshots(corpus, settings):
        vectors, area = last.vectors, last.auc
    space = EmbeddingSpace("trained", corpus.vocabulary, vectors)
    return models.evaluate(space, suite="wordsim-353").value, area or float("nan")


def _in_turn(calls: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(call())
    return times


def _ratio(bare: list[float], ours: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(bare, ours, strict=True))


def _judge(
    what: str, value: float, *, at_least: float = float("-inf"), at_most: float = float("inf")
) -> int:
    limit = f"at least {at_least:g}" if at_least > float("-inf") else f"at most {at_most:g}"
    passed = at_least <= value <= at_most
    print(f"  {what} {value:.3f} ({limit}): {'ok' if passed else 'NOT MET'}", flush=True)
    return int(not passed)


class _Pickling(Here):
    """Takes what a moment takes on its way to the server; `began` is when the first had gone."""

    began = 0.0

    def pass_on(self, event: str, *content: Any) -> None:
        ForkingPickler.dumps((event, *content))
        if event == "found" and not self.began:
            self.began = time.perf_counter()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=3, help="times that speeds are measured")
    parser.add_argument("--epochs", type=int, default=20, help="before quality is measured")
    parser.add_argument("--seeds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
