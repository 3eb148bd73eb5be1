"""A question as a person types it: a word, several words, or a formula."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import FormulaError
from models.search.formulas import LONGEST, formula, parse
from models.search.neighbours import EVERYONE, Filter, neighbours
from models.space import EmbeddingSpace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Question:
    """What was typed, read: `kind` is "word", "words" (separated by commas) or "formula"."""

    kind: str
    words: tuple[str, ...]
    text: str

    def answer(
        self,
        space: EmbeddingSpace,
        *,
        k: int = 10,
        metric: str = "cosine",
        among: Filter = EVERYONE,
    ) -> "pd.DataFrame":
        """Return the nearest words: rank, word, similarity. Raises UnknownWord."""
        if self.kind == "formula":
            return formula(space, self.text, k=k, metric=metric, among=among)
        query = self.words[0] if self.kind == "word" else list(self.words)
        return neighbours(space, query, k=k, metric=metric, among=among)

    def code(self, arguments: str) -> str:
        """Return the call that answers it, with `arguments` as written in Python."""
        if self.kind == "formula":
            return f"models.formula(space, {self.text!r}{arguments})"
        query = repr(self.words[0]) if self.kind == "word" else repr(list(self.words))
        return f"models.neighbours(space, {query}{arguments})"


def read(text: str, space: EmbeddingSpace) -> Question:
    """Read what a person typed; raise FormulaError where it cannot be read.

    A text that is a word of the space is that word, even if it is "," or "x-ray". Otherwise commas
    separate words, and everything else is a formula.
    """
    stripped = text.strip()
    if len(stripped) > LONGEST:
        raise FormulaError(
            f"A question may have {LONGEST:,} characters; this one has {len(stripped):,}.", LONGEST
        )
    if stripped in space:
        return Question("word", (stripped,), stripped)
    if "," in stripped:
        parts = [part.strip().strip('"“”') for part in stripped.split(",")]
        words = tuple(dict.fromkeys(part for part in parts if part))
        if words:
            return Question("words" if len(words) > 1 else "word", words, stripped)
    parsed = parse(stripped, known=space.vocabulary.__contains__)
    if parsed.is_word:
        return Question("word", parsed.words, parsed.words[0])
    return Question("formula", parsed.words, stripped)


def replace_word(text: str, wrong: str, right: str) -> str:
    """Return `text` with the word `wrong` replaced by `right`, quoted where it must be."""
    if text.strip() == wrong or "," in text:
        return text.replace(wrong, right)
    needs_quotes = not all(character.isalnum() for character in right)
    quoted = f'"{right}"' if needs_quotes else right
    for form in (f'"{wrong}"', wrong):
        if form in text:
            return text.replace(form, quoted, 1)
    return quoted
