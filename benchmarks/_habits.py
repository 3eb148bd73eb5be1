"""Simulated visitors: what each does on a page, and the marks that reveal a leak between them."""

import json
import random
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import product
from string import ascii_lowercase

from benchmarks._visitor import Visitor

WORD_MAP = "vectorscope.word_map"
SLIDER = "Dimensions kept"
OWN_WORDS = "My own words"
BOXES = {"": "Find a word", "neighbours": "Word or formula", "analogies": "as c is to"}
NAMES = {
    "": "map",
    "neighbours": "neighbours",
    "analogies": "analogies",
    "dimensions": "dimensions",
}
# How often each is done, of 100 times; where a page offers it.
WEIGHTS = {"search": 33, "mistype": 5, "click": 20, "own words": 4, "dimensions": 18, "page": 20}
EMPTY_BOX = "Word"

_MARK = re.compile(rb"qzv([a-z]{3})qzv")
_CODES = ["".join(letters) for letters in product(ascii_lowercase, repeat=3)]


class Habit(ABC):
    """One visitor: their interactions, their mark, and the marks of others that they were shown.

    A mark is a word that nobody else types and no vocabulary has. It is typed wherever any word can
    be: as a misspelt word, as the name of a group, as the text of the empty page. A mark shown to
    another visitor is a leak.
    """

    def __init__(self, number: int, words: Sequence[str]) -> None:
        self.code, self.words = _CODES[number], words
        self.random = random.Random(number)
        self.leaks: set[str] = set()
        self._shown: list[bytes] = []  # since the interaction began

    @property
    def mark(self) -> str:
        return f"qzv{self.code}qzv"

    def hear(self, payload: bytes) -> None:
        """Search a message of the server for the marks of others."""
        self._shown.append(payload)
        self.leaks.update({code.decode() for code in _MARK.findall(payload)} - {self.code})

    async def arrive(self, guest: Visitor) -> float:
        """Open the app; return the seconds."""
        return await guest.open()

    async def act(self, guest: Visitor) -> tuple[str, float]:
        """Do one thing; return its kind and the seconds until the answer was there."""
        self._shown.clear()
        return await self.do(guest)

    @abstractmethod
    async def do(self, guest: Visitor) -> tuple[str, float]:
        """Do one thing."""

    def expect(self, guest: Visitor, word: str) -> None:
        """Note an error where the answer does not name the word that was asked for."""
        if not any(word.encode() in payload for payload in self._shown):
            guest.wrong.append(f"the answer for “{word}” does not name it")


class Explorer(Habit):
    """A visitor of ours: searches, clicks, changes the dimensions kept, goes from page to page."""

    def __init__(self, number: int, words: Sequence[str]) -> None:
        super().__init__(number, words)
        self.at = ""

    async def arrive(self, guest: Visitor) -> float:
        self.at = ""
        return await super().arrive(guest)

    async def do(self, guest: Visitor) -> tuple[str, float]:
        kinds = [kind for kind in WEIGHTS if self._offers(kind)]
        [kind] = self.random.choices(kinds, [WEIGHTS[kind] for kind in kinds])
        return await self.do_one(guest, kind)

    async def do_one(self, guest: Visitor, kind: str) -> tuple[str, float]:
        """Do a thing of this kind."""
        if kind == "page":
            return await self.go(guest, self.random.choice([to for to in NAMES if to != self.at]))
        told = f"{kind}, {NAMES[self.at]}"
        if kind == "dimensions":
            low, high = guest.limits(SLIDER)
            return told, await guest.slide(SLIDER, self.random.randint(int(low), int(high)))
        if kind == "own words":
            return told, await self._ask(guest, OWN_WORDS, f"{self.mark}: cat, dog, {self._word()}")
        if kind == "click":
            word = self._word()
            seconds = await guest.trigger(WORD_MAP, "clicked", json.dumps({"word": word}))
            self.expect(guest, word)
            return told, seconds
        asked = self.mark if kind == "mistype" else self._word()
        return told, await self._ask(guest, BOXES[self.at], asked)

    async def go(self, guest: Visitor, path: str) -> tuple[str, float]:
        """Go to another page."""
        self.at = path
        return f"go to {NAMES[path]}", await guest.go(path)

    async def _ask(self, guest: Visitor, box: str, text: str) -> float:
        seconds = await guest.type(box, text)
        self.expect(guest, text.partition(":")[0])
        return seconds

    def _word(self) -> str:
        return self.random.choice(self.words)

    def _offers(self, kind: str) -> bool:
        if kind in {"click", "own words"}:
            return self.at == ""
        return kind in {"dimensions", "page"} or self.at in BOXES


class Typist(Habit):
    """A visitor of the empty page, who types as often as the others do something."""

    def __init__(self, number: int, words: Sequence[str]) -> None:
        super().__init__(number, words)
        self._typed = 0

    async def do(self, guest: Visitor) -> tuple[str, float]:
        self._typed += 1
        text = f"{self.mark} {self._typed}"
        seconds = await guest.type(EMPTY_BOX, text)
        self.expect(guest, text)
        return "type", seconds
