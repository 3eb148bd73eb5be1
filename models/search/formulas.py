"""Word formulas: "king - man + woman", "0.5 * (paris + rome)", '"new-york" - city'.

    formula = ["-" | "+"] term { ("+" | "-") term }
    term    = [number ["*"]] factor ["*" number]
    factor  = word | quoted phrase | "(" formula ")"

A formula is read by this grammar into words and weights; it is never evaluated as code. A hyphen
inside a run of letters belongs to the word where the space knows that word ("new-york"), and
subtracts otherwise ("king-man+woman"). A number with nothing to weigh is a word ("1984").
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.errors import FormulaError, InvalidRequest, shorten
from models.search.neighbours import EVERYONE, Filter, nearest, table
from models.search.query_vectors import known_rows, vectors_of
from models.space import EmbeddingSpace, Floats

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 1_000  # characters
_DEEPEST = 20  # parentheses in parentheses
_HEAVIEST = 1_000.0  # of a weight
_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>["“„][^"“”]*["”“])|(?P<operator>[-−–+*×()])|(?P<run>[^\s"“”„+*×()]+))'
)
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_MINUS = "-−–"


@dataclass(frozen=True)
class Formula:
    """Words with their weights, in the order in which they first stand in `text`."""

    text: str
    weights: tuple[tuple[str, float], ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word, _ in self.weights)

    @property
    def is_word(self) -> bool:
        """Whether this is one word and nothing else."""
        return len(self.weights) == 1 and self.weights[0][1] == 1

    def vector(self, space: EmbeddingSpace, *, normalise: bool = True) -> Floats:
        """Return the weighted sum of the words' vectors, float32 (dimension,).

        Each word is scaled to length 1 first, as 3CosAdd does, unless `normalise` is False.
        Raises UnknownWord; InvalidRequest where everything cancels out.
        """
        vectors = vectors_of(space, self.words, unit=normalise)
        weights = np.array([weight for _, weight in self.weights], dtype=np.float32)
        total: Floats = weights @ vectors
        if float(np.linalg.norm(total)) < 1e-6 * max(1.0, float(np.abs(weights).max())):
            raise InvalidRequest("Everything in this formula cancels out: no direction is left.")
        return total


def formula(
    space: EmbeddingSpace,
    text: str,
    *,
    k: int = 10,
    metric: str = "cosine",
    exclude_query_words: bool = True,
    among: Filter = EVERYONE,
) -> "pd.DataFrame":
    """Return the `k` words nearest to the sum that `text` writes: rank, word, similarity.

    For cosine each word is scaled to length 1 before it is added (3CosAdd); the other metrics add
    the vectors as they are. Raises FormulaError where the text cannot be read, UnknownWord.
    """
    parsed = parse(text, known=space.vocabulary.__contains__)
    vector = parsed.vector(space, normalise=metric == "cosine")
    hidden = known_rows(space, parsed.words) if exclude_query_words else []
    values, rows = nearest(space, vector[None], k=k, metric=metric, hidden=[hidden], among=among)
    answers = table(space, rows[0], values[0], metric)
    query = "query words excluded" if exclude_query_words else "query words may answer"
    sums = "sum of unit vectors" if metric == "cosine" else "sum of vectors as they are"
    answers.attrs["convention"] = f"{sums}, {metric}, {query}, among {among.describe(space)}"
    return answers


def parse(text: str, *, known: Callable[[str], bool] = lambda word: False) -> Formula:
    """Read `text` into words and weights; raise FormulaError with the position of what is wrong.

    `known` tells whether a word exists, which decides what a hyphen inside a word means.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"A formula may have {LONGEST:,} characters; this one has {len(text):,}.", LONGEST
        )
    tokens = _tokens(text, known)
    if not tokens:
        raise FormulaError("Write a word, or a formula such as king - man + woman.", 0)
    return Formula(text, tuple(_Parser(tokens, len(text)).read().items()))


@dataclass(frozen=True)
class _Token:
    kind: str  # "word", "number" or the operator itself
    text: str
    position: int


def _tokens(text: str, known: Callable[[str], bool]) -> list[_Token]:
    tokens: list[_Token] = []
    end = len(text.rstrip())
    place = 0
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError("A quotation mark is opened and not closed.", at)
        position = match.start(match.lastgroup or 0)
        place = match.end()
        found = match.group(match.lastgroup or 0)
        if match.lastgroup == "quoted":
            if not found[1:-1].strip():
                raise FormulaError("There is no word between the quotation marks.", position)
            tokens.append(_Token("word", found[1:-1].strip(), position))
        elif match.lastgroup == "operator":
            kind = "-" if found in _MINUS else found.replace("×", "*")
            tokens.append(_Token(kind, found, position))
        else:
            tokens.extend(_split(found, position, known))
    return tokens


def _split(run: str, position: int, known: Callable[[str], bool]) -> list[_Token]:
    """Cut a run without spaces at its hyphens, except where a longer word with hyphens is known."""
    tokens: list[_Token] = []
    while run:
        if run[0] in _MINUS:
            tokens.append(_Token("-", run[0], position))
            run, position = run[1:], position + 1
            continue
        cuts = [i for i, character in enumerate(run) if character in _MINUS] + [len(run)]
        cut = next((c for c in reversed(cuts) if known(run[:c])), cuts[0])
        kind = "number" if _NUMBER.fullmatch(run[:cut]) else "word"
        tokens.append(_Token(kind, run[:cut], position))
        run, position = run[cut:], position + cut
    return tokens


class _Parser:
    """Recursive descent over tokens; a formula's value is {word: weight}."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._end = length

    def read(self) -> dict[str, float]:
        value = self._formula()
        token = self._peek()
        if token is not None:
            raise FormulaError(self._unexpected(token), token.position)
        if all(abs(weight) < 1e-9 for weight in value.values()):
            raise FormulaError("Everything in this formula cancels out.", 0)
        return {word: weight for word, weight in value.items() if abs(weight) >= 1e-9}

    def _formula(self) -> dict[str, float]:
        total: dict[str, float] = {}
        sign = self._sign(default=1)
        while sign is not None:
            for word, weight in self._term().items():
                total[word] = total.get(word, 0.0) + sign * weight
            sign = self._sign(default=None)
        return total

    def _sign(self, *, default: int | None) -> int | None:
        if self._take("+"):
            return 1
        return -1 if self._take("-") else default

    def _term(self) -> dict[str, float]:
        weight = 1.0
        if self._weighs(self._place + 1) and (token := self._take("number")):
            weight = self._weight(token)
            self._take("*")
        value = self._factor()
        while self._take("*"):
            following = self._peek()
            if not (token := self._take("number")):
                raise FormulaError(
                    "After * stands a number: words cannot be multiplied.",
                    following.position if following else self._end,
                )
            weight *= self._weight(token)
        if not math.isfinite(weight) or abs(weight) > _HEAVIEST:
            raise FormulaError(f"A weight may be {_HEAVIEST:,.0f} at most.", self._last())
        return {word: weight * inner for word, inner in value.items()}

    def _factor(self) -> dict[str, float]:
        token = self._peek()
        if token is None:
            raise FormulaError("The formula ends where a word is missing.", self._end)
        if token.kind in ("word", "number"):
            self._place += 1
            return {token.text: 1.0}
        if token.kind != "(":
            raise FormulaError(f"A word is missing before “{token.text}”.", token.position)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError(f"More than {_DEEPEST} parentheses are open.", token.position)
        self._place += 1
        value = self._formula()
        if not self._take(")"):
            raise FormulaError("A parenthesis is opened and not closed.", token.position)
        self._depth -= 1
        return value

    def _weighs(self, place: int) -> bool:
        """Whether what stands at `place` can carry the weight before it."""
        if place >= len(self._tokens):
            return False
        kind = self._tokens[place].kind
        return kind in ("word", "number", "(") or (kind == "*" and self._weighs(place + 1))

    def _weight(self, token: _Token) -> float:
        value = float(token.text)
        if value > _HEAVIEST:
            raise FormulaError(f"A weight may be {_HEAVIEST:,.0f} at most.", token.position)
        return value

    def _unexpected(self, token: _Token) -> str:
        if token.kind == ")":
            return "A parenthesis is closed that was never opened."
        return (
            f"Before “{shorten(token.text, limit=30)}” an operator is missing: write + or -, or "
            "put a phrase into quotation marks."
        )

    def _take(self, kind: str) -> _Token | None:
        """Return the next token and go past it, if it is of this kind."""
        token = self._peek()
        if token is None or token.kind != kind:
            return None
        self._place += 1
        return token

    def _last(self) -> int:
        return self._tokens[min(self._place, len(self._tokens)) - 1].position

    def _peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None
