"""Training, ours beside gensim's, on the Wikipedia sample and on a corpus of your own.

Speed: tokens per second of CPU time, as other work on the machine should not count; the runs
alternate, and the median of the ratios is compared with the limit. Quality: WordSim-353 after the
same number of epochs, the mean over seeds. Display: the time of what a page shows of a run
(held-out measure, movement of rows, pickled snapshots) beside the training itself. PIP: CPU seconds
for a vocabulary of 5,000, and the formula beside simulations. Nested (only with --only nested): the
prefixes of a nested run beside sizes trained one by one.

    python -m benchmarks.training                                     # 8 minutes
    python -m benchmarks.training --only speed display
    VECTORSCOPE_CORPUS=novels.txt.gz python -m benchmarks.training    # 15 minutes

A corpus of your own takes one round and one seed, and half the epochs, unless --rounds, --seeds or
--epochs say otherwise; gensim's two calls alternate three times in any case.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import numpy as np

import models
from benchmarks._run import run
from models.jobs.reporter import LocalReporter
from models.quality.training_measure import watch
from models.space import EmbeddingSpace, Floats
from models.training.corpora import Corpus, corpus_of
from models.training.epochs import train_epochs, trainer_of
from models.training.pip_loss import expected_loss, pip_loss
from models.training.settings import Settings
from models.training.skipgram import nested_sizes
from models.training.texts import read_text
from models.training.wikipedia import wikipedia_sample

PARTS = ("speed", "display", "quality", "pip", "nested")
USUAL = PARTS[:-1]
OWN = 0.95  # of a bare gensim call
PAIRS = 3
TORCH = 0.3
DISPLAY = 0.05
APART = 0.05
PIP_SECONDS = 60
PIP_APART = 0.05
EPOCH_SECONDS = 10  # "seconds"


@dataclass(frozen=True)
class Effort:
    """How often speeds are measured, and with how many epochs and seeds quality is."""

    rounds: int
    epochs: int
    seeds: int


def main(options: argparse.Namespace) -> bool:
    parts = {
        "speed": _speed,
        "display": _display,
        "quality": _quality,
        "pip": _pip,
        "nested": _nested,
    }
    failed = 0
    for corpus, usual in _corpora():
        print(f"\n{corpus.facts.describe()}", flush=True)
        given = {name: getattr(options, name) for name in asdict(usual)}
        effort = replace(usual, **{name: value for name, value in given.items() if value})
        for name in options.only:
            began = time.perf_counter()
            failed += parts[name](corpus, effort)
            print(f"  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)
    return failed == 0


def _corpora() -> Iterator[tuple[Corpus, Effort]]:
    yield corpus_of(wikipedia_sample()), Effort(rounds=3, epochs=20, seeds=3)
    path = os.environ.get("VECTORSCOPE_CORPUS")
    if path:
        yield corpus_of(read_text(Path(path))), Effort(rounds=1, epochs=10, seeds=1)
    else:
        print("\nVECTORSCOPE_CORPUS names no file: only the Wikipedia sample was measured")


def _speed(corpus: Corpus, effort: Effort) -> int:
    plain = Settings(dimension=100, epochs=1, heldout=0.0)
    gensim = {
        "gensim, bare": lambda: _bare(corpus, plain),
        "gensim, ours": lambda: _ours(corpus, plain),
    }
    others = {
        "torch": lambda: _ours(corpus, Settings("torch", epochs=1, heldout=0.0)),
        "nested": lambda: _ours(corpus, Settings("nested", epochs=1, heldout=0.0)),
        "GloVe": lambda: _ours(corpus, Settings("glove", epochs=1, heldout=0.0)),
        "fastText": lambda: _ours(corpus, Settings("fasttext", epochs=1, heldout=0.0)),
    }
    # What differs by a few per cent alone takes turns several times, whatever is asked.
    times = _in_turn(gensim, max(PAIRS, effort.rounds)) | _in_turn(others, effort.rounds)
    for name, seconds in times.items():
        ratio = _ratio(times["gensim, bare"], seconds)
        pace = corpus.tokens / min(seconds)
        print(f"  {name:13} {pace:9,.0f} tokens a second, {ratio:.2f} of bare gensim", flush=True)
    own = _ratio(times["gensim, bare"], times["gensim, ours"])
    torch = _ratio(times["gensim, bare"], times["torch"])
    failed = _judge("gensim through us, of bare gensim", own, at_least=OWN)
    failed += _judge("torch, of bare gensim", torch, at_least=TORCH)
    if not corpus.private:  # the default corpus
        slowest = max(statistics.median(seconds) for seconds in times.values())
        failed += _judge("seconds of an epoch, the slowest", slowest, at_most=EPOCH_SECONDS)
    return failed


def _display(corpus: Corpus, effort: Effort) -> int:
    """In one run: the time that is not training, from the first moment on, beside that which is."""
    settings = Settings(dimension=100, epochs=2)

    def cost() -> float:
        here = _Pickling()
        watch(here, corpus, settings, scored=False)
        elapsed = time.perf_counter() - here.began
        training = here.seconds
        return (elapsed - training) / training

    cost()  # what it imports is not what it costs
    return _judge(
        "what is shown costs, of training",
        statistics.median(cost() for _ in range(effort.rounds)),
        at_most=DISPLAY,
    )


def _quality(corpus: Corpus, effort: Effort) -> int:
    scores = {}
    for method in ("word2vec", "torch", "glove"):
        runs = [
            _trained(corpus, Settings(method, epochs=effort.epochs, seed=seed))
            for seed in range(effort.seeds)
        ]
        found = [_wordsim(corpus, vectors) for vectors, _ in runs]
        scores[method] = statistics.mean(found)
        shown = ", ".join(f"{value:.3f}" for value in found)
        area = statistics.mean(area for _, area in runs)
        print(
            f"  {method:9} {effort.epochs} epochs: WordSim-353 {scores[method]:.3f} ({shown}), "
            f"AUC {area:.3f}",
            flush=True,
        )
    failed = 0
    for method in ("torch", "glove"):
        below = scores["word2vec"] - scores[method]
        failed += _judge(f"{method} below word2vec by", below, at_most=APART)
    return failed


def _pip(corpus: Corpus, effort: Effort) -> int:
    began, clock = time.process_time(), time.perf_counter()
    found = pip_loss(corpus, words=min(5_000, corpus.words))
    seconds, wall = time.process_time() - began, time.perf_counter() - clock
    print(f"  {found.reading()}\n  {wall:.0f} s by the clock")
    failed = _judge("PIP loss, seconds of one processor", seconds, at_most=PIP_SECONDS)
    return failed + _judge("PIP loss, from simulations at most", _simulated(), at_most=PIP_APART)


def _simulated(n: int = 100, draws: int = 10) -> float:
    """Return the largest deviation of the formula from the mean of simulations (Yin and Shen 2018),
    over the dimensions of a small spectrum."""
    random, sigma = np.random.default_rng(0), 0.5
    signal = np.concatenate([100 * 0.8 ** np.arange(30), np.zeros(n - 30)])
    losses = np.zeros((draws, n + 1))
    for draw in losses:
        left, right = (np.linalg.qr(random.standard_normal((n, n)))[0] for _ in range(2))
        noisy = (left * signal) @ right.T + sigma * random.standard_normal((n, n))
        axes, values, _ = np.linalg.svd(noisy)
        apart = (left * signal) @ left.T
        draw[0] = np.linalg.norm(apart)
        for k in range(n):
            apart = apart - values[k] * np.outer(axes[:, k], axes[:, k])
            draw[k + 1] = np.linalg.norm(apart)
    expected = expected_loss(signal, sigma)
    return float(np.abs(expected / losses.mean(axis=0)[: len(expected)] - 1).max())


def _nested(corpus: Corpus, effort: Effort) -> int:
    """Each size of nested runs beside a run of that size alone; nothing is judged."""
    sizes = nested_sizes(128)
    nested: dict[int, list[float]] = {size: [] for size in sizes}
    alone: dict[int, list[float]] = {size: [] for size in sizes}
    for seed in range(effort.seeds):
        one = Settings("torch", dimension=sizes[-1], epochs=effort.epochs, seed=seed)
        whole, _ = _trained(corpus, replace(one, method="nested"))
        for size in sizes:
            nested[size].append(_wordsim(corpus, whole[:, :size]))
            vectors, _ = _trained(corpus, replace(one, dimension=size))
            alone[size].append(_wordsim(corpus, vectors))
    for size in sizes:
        print(
            f"  {size:4} dimensions: WordSim-353 nested {statistics.mean(nested[size]):.3f}, alone "
            f"{statistics.mean(alone[size]):.3f}"
        )
    return 0


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


def _trained(corpus: Corpus, settings: Settings) -> tuple[Floats, float]:
    """Return the vectors and the AUC that a run ends with."""
    for last in train_epochs(corpus, settings):
        vectors, area = last.vectors, last.auc
    return vectors, area or float("nan")


def _wordsim(corpus: Corpus, vectors: Floats) -> float:
    space = EmbeddingSpace("trained", corpus.vocabulary, np.ascontiguousarray(vectors))
    return models.evaluate(space, suite="wordsim-353").value


def _in_turn(calls: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(call())
    return times


def _ratio(bare: list[float], ours: list[float]) -> float:
    if len(bare) != len(ours):
        return statistics.median(bare) / statistics.median(ours)
    return statistics.median(a / b for a, b in zip(bare, ours, strict=True))


def _judge(
    what: str, value: float, *, at_least: float = float("-inf"), at_most: float = float("inf")
) -> int:
    limit = f"at least {at_least:g}" if at_least > float("-inf") else f"at most {at_most:g}"
    passed = at_least <= value <= at_most
    print(f"  {what} {value:.3f} ({limit}): {'ok' if passed else 'NOT MET'}", flush=True)
    return int(not passed)


class _Pickling(LocalReporter):
    """Pickles each record, as on its way to the server; `began` is when the first had gone, and
    `seconds` are those of training."""

    began = seconds = 0.0

    def send(self, event: str, *content: Any) -> None:
        ForkingPickler.dumps((event, *content))
        if event == "on_partial":
            self.seconds = content[0].seconds
        if event == "on_partial" and not self.began:
            self.began = time.perf_counter()


if __name__ == "__main__":
    run(
        main,
        __doc__,
        only={"nargs": "+", "choices": PARTS, "default": USUAL},
        rounds={"type": int, "help": "times that speeds are measured"},
        epochs={"type": int, "help": "before quality is measured"},
        seeds={"type": int},
    )
