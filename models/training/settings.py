"""Settings of a training run, checked before anything is computed."""

import math
from dataclasses import dataclass

from models.errors import InvalidRequest
from models.training.corpora import Corpus, CorpusFacts
from models.training.tokens import check_whole

METHODS = {
    "word2vec": "word2vec (gensim)",
    "fasttext": "fastText (gensim)",
    "torch": "skip-gram in PyTorch",
    "nested": "nested skip-gram in PyTorch",
    "glove": "GloVe in PyTorch",
}
BY_GENSIM = ("word2vec", "fasttext")
ARCHITECTURES = ("skip-gram", "cbow")
AS_IN_PAPER = "as in the paper (x_max 100)"
BUCKET = 50_000  # rows for fastText's character n-grams; gensim's default of two million takes GBs

LIMITS: dict[str, tuple[float, float]] = {
    "dimension": (1, 1_000),
    "epochs": (1, 500),
    "window": (1, 20),
    "negatives": (1, 30),
    "seed": (0, 2**32 - 1),
    "workers": (1, 64),
}
_LEARNING_RATES = {"word2vec": 0.025, "fasttext": 0.025, "torch": 0.025, "nested": 0.025}
_LEAST_RATE = 1e-4  # where the learning rate ends, as by gensim's default
_LARGEST_TABLES = 240_000_000  # bytes, with the copies that a trainer makes
_MOST_MATRIX = 40_000_000  # pairs of words within a window that GloVe counts

# Seconds a word and epoch at 100 dimensions, window 5 and 5 negatives, on one core.
_COST = {"word2vec": 3.4e-6, "fasttext": 8e-6, "torch": 3.4e-6, "nested": 6e-6, "glove": 7e-6}


@dataclass(frozen=True)
class Settings:
    """How vectors are trained: the method, its size and its length.

    `method` is one of METHODS; `architecture` ("skip-gram" or "cbow") and `hierarchical` softmax
    are for word2vec and fasttext, `negatives` for all but GloVe. GloVe counts what words would meet
    by `chance` on top, or learns as in the paper without. `window` is how far a context reaches to
    either side. `learning_rate` None is the usual one of the method (0.025; 0.05 for
    GloVe). `sample` is the frequency above which words are skipped at random (0: never), `heldout`
    the share of sentences that are never trained on, to measure with. More than one of gensim's
    `workers` is faster and no longer reproducible.
    Raises InvalidRequest for what is not allowed; refuse_too_large() compares with a corpus.
    """

    method: str = "word2vec"
    dimension: int = 100
    epochs: int = 20
    window: int = 5
    negatives: int = 5
    seed: int = 0
    architecture: str = "skip-gram"
    hierarchical: bool = False
    chance: bool = True
    learning_rate: float | None = None
    sample: float = 1e-3
    heldout: float = 0.02
    workers: int = 1

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InvalidRequest(f"“{self.method}” is no trainer. Choose {', '.join(METHODS)}.")
        if self.architecture not in ARCHITECTURES:
            raise InvalidRequest(
                f"“{self.architecture}” is no architecture. Choose {' or '.join(ARCHITECTURES)}."
            )
        for name, (least, most) in LIMITS.items():
            check_whole(name, getattr(self, name), least, most)
        if self.method not in BY_GENSIM and (self.hierarchical or self.architecture != "skip-gram"):
            raise InvalidRequest(
                f"{METHODS[self.method]} knows neither CBOW nor hierarchical softmax: choose "
                "word2vec or fasttext for these."
            )
        rate = self.learning_rate
        if rate is not None and not (math.isfinite(rate) and 0 < rate <= 1):
            raise InvalidRequest(f"The learning rate lies above 0 and up to 1, not {rate}.")
        if not 0 <= self.sample <= 1:
            raise InvalidRequest(f"The sampling threshold lies from 0 to 1, not {self.sample}.")
        if not 0 <= self.heldout <= 0.5:
            raise InvalidRequest(f"From 0 to 0.5 of the text can be held out, not {self.heldout}.")

    @property
    def rate(self) -> float:
        """The learning rate at the start."""
        return self.learning_rate or _LEARNING_RATES.get(self.method, 0.05)

    def rate_at(self, done: float) -> float:
        """Return the learning rate when the share `done` of the run is over: it falls linearly."""
        least = min(self.rate, _LEAST_RATE)
        return self.rate - (self.rate - least) * done

    @property
    def title(self) -> str:
        """A name for charts and lists: "word2vec (gensim), 100 dimensions"."""
        return f"{METHODS[self.method]}, {self.dimension} dimensions"

    @property
    def objective(self) -> str:
        """What `loss` in a snapshot is, in words."""
        if self.method == "glove":
            added = " and what chance adds" * self.chance
            return f"weighted squares over what was counted{added}, mean of an epoch"
        if self.hierarchical:
            return "hierarchical softmax on held-out contexts, nats"
        nested = ", mean over the nested sizes" if self.method == "nested" else ""
        return f"negative sampling on held-out contexts, nats{nested}"

    def describe(self) -> str:
        """Say in words how the vectors were learned."""
        parts = [METHODS[self.method]]
        if self.method in BY_GENSIM:
            parts.append(self.architecture)
            parts += ["hierarchical softmax"] * self.hierarchical
        if self.method == "glove":
            parts.append(
                f"on counts {'with those of chance added' if self.chance else AS_IN_PAPER}"
            )
        elif not self.hierarchical:
            parts.append(f"{self.negatives} negatives")
        parts += [f"window {self.window}", f"{self.dimension} dimensions"]
        return ", ".join([*parts, f"{self.epochs} epochs", f"seed {self.seed}"])

    def expected_seconds(self, corpus: Corpus | CorpusFacts) -> float:
        """Return about how long a run takes on one core of an ordinary machine."""
        work = (20 + self.dimension) / 120 * self.window / 5
        if self.method != "glove":
            work *= (1 + (6 if self.hierarchical else self.negatives)) / 6
        if self.architecture == "cbow":
            work *= 0.35
        return _COST[self.method] * work * corpus.tokens * self.epochs

    def refuse_too_large(
        self, corpus: Corpus | CorpusFacts, *, seconds: float | None = None
    ) -> None:
        """Raise InvalidRequest where `corpus` is too large for these settings: more memory than a
        worker has, or more than `seconds` of work."""
        size = self._bytes(corpus)
        if size > _LARGEST_TABLES:
            fits = int(self.dimension * _LARGEST_TABLES / size)
            raise InvalidRequest(
                f"{corpus.words:,} words in {self.dimension} dimensions take {size / 1e6:,.0f} MB "
                f"while they are trained; at most {_LARGEST_TABLES / 1e6:.0f} MB are there. Choose "
                f"at most {fits} dimensions, or raise the minimum count."
            )
        if self.method == "glove" and corpus.tokens * self.window > _MOST_MATRIX:
            fits = _MOST_MATRIX // corpus.tokens
            raise InvalidRequest(
                f"GloVe counts all co-occurrences first, and {corpus.tokens:,} words with a window "
                f"of {self.window} are too many to hold. "
                + (f"Choose a window of at most {fits}, or " if fits else "Choose ")
                + "another trainer."
            )
        expected = self.expected_seconds(corpus)
        if seconds is not None and expected > seconds:
            fits = int(self.epochs * seconds / expected)
            advice = f"Choose at most {fits} epochs, or f" if fits else "Choose f"
            raise InvalidRequest(
                f"This would take about {_minutes(expected)}, and a run may take "
                f"{_minutes(seconds)}. {advice}ewer dimensions or less text."
            )

    def _bytes(self, corpus: Corpus | CorpusFacts) -> int:
        tables = {"fasttext": 3 * corpus.words + 2 * BUCKET, "glove": 4 * corpus.words}
        return 4 * self.dimension * (tables.get(self.method, 2 * corpus.words) + corpus.words)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:,.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
