"""What can go wrong, as one tree that a caller can catch.

EmbeddingError
├── UnknownWord      (also a KeyError)  a word that the space doesn't have; carries suggestions
├── UnknownSpace                        a name that no space has that is here for all
├── OverBudget                          a space too large for what this server may hold
├── VectorFileError                     a file of vectors that cannot be read or written
├── FormulaError                        a word formula that cannot be read; carries the position
└── InvalidRequest   (also a ValueError) a parameter outside what is allowed

A page shows ``str(error)``; anything else that is raised is a bug and goes to the log.
"""

from collections.abc import Sequence

_SHOWN = 60  # characters of a visitor's text that an error repeats


def shorten(text: str, *, limit: int = _SHOWN) -> str:
    """Return `text` on one line, printable and at most `limit` characters long."""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


class EmbeddingError(Exception):
    """The base of every error that is meant for a person."""


class UnknownWord(EmbeddingError, KeyError):
    """A word that is not in the vocabulary.

    `suggestions` holds up to five words of the vocabulary, the likeliest first.
    """

    def __init__(self, word: str, space: str, suggestions: Sequence[str] = ()) -> None:
        self.word = word
        self.space = space
        self.suggestions = tuple(suggestions)
        super().__init__(word)

    def __str__(self) -> str:
        text = f"“{shorten(self.word)}” is not one of the words of {self.space}."
        if self.suggestions:
            text += f" Did you mean {_listed(self.suggestions)}?"
        return text


class UnknownSpace(EmbeddingError, KeyError):
    """A name under which no space can be loaded."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name = name
        super().__init__(name)
        self._text = f"There is no space called “{shorten(name)}”. Choose {_listed(known)}."

    def __str__(self) -> str:
        return self._text


class OverBudget(EmbeddingError):
    """A space that does not fit into memory; the text says how many of its words would."""


class VectorFileError(EmbeddingError):
    """A file of vectors that cannot be read or written; the text names the file and, where it is
    known, the line, what was found and what to do. `line` is counted from 1."""

    def __init__(self, file: str, message: str, line: int | None = None) -> None:
        self.file = shorten(file)
        self.line = line
        self.message = message
        place = f", line {line:,}" if line else ""
        super().__init__(f"{self.file}{place}: {message}")


class FormulaError(EmbeddingError):
    """A formula that cannot be read; `position` is where, counted in characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        self.position = position
        super().__init__(message)


class InvalidRequest(EmbeddingError, ValueError):
    """A parameter outside what is allowed; the text says what is."""


def _listed(words: Sequence[str]) -> str:
    quoted = [shorten(word, limit=30) for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
