"""A visitor's own words, pasted as a list or as named groups."""

import re
from dataclasses import dataclass

from models.space import EmbeddingSpace

LONGEST = 4_000  # characters, so that a link can carry them
MOST_GROUPS = 8  # as many as colours that an eye tells apart
UNNAMED = "my words"
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class WordGroups:
    """`groups`: (name, words of the space) in the order of the text; `missing`: words that the
    space lacks; `cut`: whether the text was longer than `LONGEST` or had more groups than fit."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[str, ...]
    cut: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """All words once, in order."""
        return tuple(dict.fromkeys(word for _, words in self.groups for word in words))


def read_groups(text: str, space: EmbeddingSpace) -> WordGroups:
    """Read pasted words: "cat, dog" or, a line each, "pets: cat, dog" and "food: bread".

    Commas, semicolons and spaces separate words. Where a space has lower-case words only, "Paris"
    is found as "paris". Lines without a name make one group together.
    """
    found: dict[str, dict[str, None]] = {}
    missing: dict[str, None] = {}
    for line in text[:LONGEST].splitlines():
        name, colon, rest = line.partition(":")
        named = bool(colon and name.strip() and rest.strip())
        title = name.strip()[:40] if named else UNNAMED
        for typed in _BETWEEN.split(rest if named else line):
            if not typed:
                continue
            word = next((form for form in (typed, typed.lower()) if form in space), None)
            if word is None:
                missing[typed] = None
            else:
                found.setdefault(title, {})[word] = None
    groups = [(title, tuple(words)) for title, words in found.items()]
    cut = len(text) > LONGEST or len(groups) > MOST_GROUPS
    return WordGroups(tuple(groups[:MOST_GROUPS]), tuple(missing), cut)
