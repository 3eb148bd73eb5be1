"""Corpus: a text as word numbers, the most frequent word 0, and how it was cut into words."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EmbeddingError
from models.runtime.progress import ProgressCallback
from models.training.texts import Text, pasted, read_text
from models.training.tokens import Sentence, Tokens, sentences
from models.vocabulary import Vocabulary

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]

MOST_WORDS = 100_000  # of a vocabulary that can be trained
FEWEST_WORDS = 2
_PATH_LENGTH = 260  # characters: what is longer, or has a line end, is a text
_MOST_TYPES = 5_000_000  # different tokens held while reading


@dataclass(frozen=True)
class CorpusFacts:
    """A corpus described without its text: `content` is its content_id, the rest as in Corpus."""

    title: str
    content: str
    tokens: int
    words: int
    tokens_read: int
    types_read: int
    options: Tokens
    source: str
    licence: str
    private: bool

    def describe(self) -> str:
        """Say in one sentence how much of the text is learned from."""
        return (
            f"{self.title}: {self.tokens_read:,} tokens read, {self.types_read:,} different; "
            f"{self.tokens:,} tokens of {self.words:,} words are learned from "
            f"({self.options.describe()})"
        )


@dataclass(frozen=True, eq=False)
class Corpus:
    """A text ready for training.

    `codes` int32 (tokens,) are rows of `vocabulary`, sentence after sentence; sentence i is
    codes[starts[i]:starts[i + 1]], starts int64 (sentences + 1,). `counts` int64 (words,) are how
    often each word occurs, in descending order. `tokens_read` and `types_read` count the text
    before words below the minimum count were left out. All arrays are read-only.
    """

    title: str
    vocabulary: Vocabulary = field(repr=False)
    codes: Codes = field(repr=False)
    starts: Counts = field(repr=False)
    counts: Counts = field(repr=False)
    tokens_read: int
    types_read: int
    options: Tokens
    source: str = ""
    licence: str = ""
    private: bool = True

    def __post_init__(self) -> None:
        for array_ in (self.codes, self.starts, self.counts):
            array_.setflags(write=False)

    @property
    def tokens(self) -> int:
        """How many words are learned from."""
        return len(self.codes)

    @property
    def words(self) -> int:
        """How many different words there are."""
        return len(self.vocabulary)

    @cached_property
    def content_id(self) -> str:
        """A name for this content: equal for equal words in the same order."""
        digest = hashlib.blake2b(digest_size=12)
        for part in (self.codes, self.starts):
            digest.update(np.ascontiguousarray(part).tobytes())
        for start in range(0, self.words, 10_000):
            digest.update("\n".join(self.vocabulary.chunk(start, start + 10_000)).encode())
        return digest.hexdigest()

    def sentence_codes(self) -> Iterator[Codes]:
        """Yield the codes of each sentence."""
        for start, stop in pairwise(self.starts.tolist()):
            yield self.codes[start:stop]

    def choose(self, rows: NDArray[Any]) -> "Corpus":
        """Return the corpus of the sentences `rows` (indices or a mask) alone, vocabulary and
        counts as they are here: what is held out must not change the words' rows."""
        lengths = np.diff(self.starts)
        keep = np.zeros(len(lengths), dtype=bool)
        keep[rows] = True
        codes = self.codes[np.repeat(keep, lengths)]
        starts = np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
        return replace(self, codes=codes, starts=starts)

    @property
    def facts(self) -> CorpusFacts:
        """Its description without the text."""
        own = {each.name: getattr(self, each.name) for each in fields(CorpusFacts)[2:]}
        return CorpusFacts(self.title, self.content_id, **own)


def corpus_of(
    text: Text, options: Tokens | None = None, *, progress: ProgressCallback | None = None
) -> Corpus:
    """Cut `text` into words and return it as a corpus.

    `progress` gets 0 to 1, roughly, and may raise to end the work. Raises EmbeddingError where
    nothing is left to learn from, or too many words.
    """
    options = options or Tokens()
    lines: Iterable[Sentence] = sentences(text.pieces(), options)
    if options.phrases:
        from gensim.models.phrases import Phrases

        phrases = Phrases(lines, min_count=options.min_count, threshold=10.0).freeze()
        lines = (phrases[line] for line in sentences(text.pieces(), options))
    size = text.path.stat().st_size if text.path else len(text.content)
    types, codes, starts = _encoded(lines, progress or (lambda share: None), size)
    if len(codes) < 2:
        raise EmbeddingError(
            f"{text.title} holds {len(codes)} words after cutting, and one word has no context to "
            "learn from: give a text of a few thousand words or more."
        )
    return _cut_rare(text, options, types, codes, starts)


def as_corpus(source: "Corpus | Text | str | Path", options: Tokens | None = None) -> Corpus:
    """Return a Corpus from one, from a Text, from the path of a file, or from a text itself."""
    if isinstance(source, Corpus):
        return source
    if isinstance(source, str):
        short = len(source) <= _PATH_LENGTH and "\n" not in source
        known = short and Path(source).suffix in {".txt", ".gz", ".zip"}
        source = read_text(Path(source)) if known else pasted(source)
    if isinstance(source, Path):
        source = read_text(source)
    return corpus_of(source, options)


def _encoded(
    lines: Iterable[Sentence], progress: ProgressCallback, size: int
) -> tuple[list[str], Codes, Counts]:
    """Number the words in the order in which they come; return them, the codes and the starts."""
    numbers: dict[str, int] = {}
    codes, starts = array("i"), array("q", [0])
    for line in lines:
        codes.extend([numbers.setdefault(word, len(numbers)) for word in line])
        if line:
            starts.append(len(codes))
        if len(starts) % 2048 == 0:
            progress(min(1.0, 6 * len(codes) / max(1, size)))  # about six characters a word
            if len(numbers) > _MOST_TYPES:
                raise EmbeddingError(
                    f"This text has more than {_MOST_TYPES:,} different words: is it a text in a "
                    "natural language? Give a smaller or cleaner one."
                )
    return list(numbers), np.array(codes, np.int32), np.array(starts, np.int64)


def _cut_rare(
    text: Text, options: Tokens, types: list[str], codes: Codes, starts: Counts
) -> Corpus:
    counts = np.bincount(codes, minlength=len(types)).astype(np.int64)
    order = np.argsort(
        -counts, kind="stable"
    )  # equally frequent words in order of first occurrence
    kept = order[counts[order] >= options.min_count]
    _refuse_few(len(kept), options, types, counts[order])
    _refuse_many(len(kept), counts)
    row = np.full(len(types), -1, dtype=np.int32)
    row[kept] = np.arange(len(kept), dtype=np.int32)
    rows = row[codes]
    known = rows >= 0
    ahead = np.concatenate([[0], np.cumsum(known)])
    starts = np.unique(ahead[starts])  # sentences with no word left are gone
    return Corpus(
        title=text.title,
        vocabulary=Vocabulary(types[int(word)] for word in kept),
        codes=rows[known],
        starts=starts.astype(np.int64),
        counts=counts[kept],
        tokens_read=len(codes),
        types_read=len(types),
        options=options,
        source=text.source,
        licence=text.licence,
        private=text.private,
    )


def _refuse_few(kept: int, options: Tokens, types: list[str], sorted_counts: Counts) -> None:
    if kept >= FEWEST_WORDS:
        return
    if len(types) < FEWEST_WORDS:
        raise EmbeddingError(
            "This text consists of one word alone: there is nothing that it could be compared "
            "with. Give a text of a few thousand words or more."
        )
    found = "No word is" if kept == 0 else "Only one word is"
    raise EmbeddingError(
        f"{found} seen at least {options.min_count} times; the second most frequent of "
        f"{len(types):,} is seen {int(sorted_counts[1]):,} times. Lower the minimum count, or "
        "give more text."
    )


def _refuse_many(kept: int, counts: Counts) -> None:
    if kept <= MOST_WORDS:
        return
    enough = int(np.sort(counts)[-MOST_WORDS - 1]) + 1
    left = int((counts >= enough).sum())
    remedy = f"raise the minimum count to {enough:,}, which leaves {left:,}"
    if left < FEWEST_WORDS:
        remedy = "and nearly all are seen equally often: is it a text in a natural language?"
    raise EmbeddingError(
        f"This text has {kept:,} different words at this minimum count; at most {MOST_WORDS:,} "
        f"can be trained: {remedy}."
    )
