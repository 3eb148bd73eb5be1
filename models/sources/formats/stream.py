"""The bytes of a file, unpacked, counted and limited."""

from collections.abc import Callable
from pathlib import Path
from typing import IO

from models.errors import VectorFileError
from models.runtime import unpacking
from models.sources.limits import Limits

DAMAGED = (*unpacking.DAMAGED, KeyError)
_PIECE = 1 << 20  # bytes that are unpacked at a time


class WordsMissing(VectorFileError):
    """Vectors whose words stand in another file."""


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class Stream:
    """A file that is read forwards, and again from a position where that must be."""

    def __init__(
        self,
        name: str,
        file: IO[bytes],
        limits: Limits,
        *,
        size: int | None = None,
        path: Path | None = None,
        share: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`size` is known of what is not packed; `path` is that of a file of the server's own,
        which may be mapped; `share` tells how much of the file was read, 0 to 1."""
        self.name, self.limits, self.size, self.path = name, limits, size, path
        self.share = share
        self.position = 0
        self._file = file
        self._ahead = b""

    def refuse(self, message: str, line: int | None = None) -> VectorFileError:
        """Return the error to raise."""
        return VectorFileError(self.name, message, line)

    def lacks_words(self, message: str, line: int | None = None) -> VectorFileError:
        """Return the error to raise where the words stand elsewhere."""
        return WordsMissing(self.name, message, line)

    def refuse_text(self, size: int) -> None:
        """Raise VectorFileError where all words together have more bytes than words have."""
        if size > self.limits.text:
            raise self.refuse(
                f"its words have more than {self.limits.text / 1e6:,.0f} MB together, which is the "
                "most that is read. Is this a file of vectors? Bring fewer words."
            )

    def head(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the end, and stay in place."""
        if len(self._ahead) < count:
            self._ahead += self._unpacked(count - len(self._ahead))
        return self._ahead[:count]

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer only at the end."""
        found, self._ahead = self._ahead[:count], self._ahead[count:]
        if len(found) < count:
            found += self._unpacked(count - len(found))
        self.position += len(found)
        return found

    def exactly(self, count: int, what: str) -> bytes:
        """Return the next `count` bytes; raise VectorFileError where the file ends before."""
        if self.size is not None and count > self.size - self.position:
            raise self.cut_off(what)
        found = self.read(count)
        if len(found) < count:
            raise self.cut_off(what)
        return found

    def cut_off(self, what: str) -> VectorFileError:
        return self.refuse(
            f"the file ends in the middle of {what}. It was cut off, or says more than it holds: "
            "fetch or write it again."
        )

    def seek(self, place: int) -> None:
        """Go to `place`. What is packed is unpacked once more up to there."""
        self._refuse_excess(place)
        self._ahead = b""
        try:
            self._file.seek(place)
        except DAMAGED as error:
            raise self.damaged() from error
        self.position = place

    def _unpacked(self, count: int) -> bytes:
        parts = []
        held = self.position + len(self._ahead)
        while count > 0:
            try:
                part = self._file.read(min(count, _PIECE))
            except DAMAGED as error:
                raise self.damaged() from error
            if not part:
                break
            parts.append(part)
            count -= len(part)
            held += len(part)
            self._refuse_excess(held)
        return b"".join(parts)

    def damaged(self) -> VectorFileError:
        return self.refuse("it is damaged or cut off: fetch or write it again.")

    def _refuse_excess(self, held: int) -> None:
        if held > self.limits.inflated:
            raise self.refuse(
                f"it takes more than {self.limits.inflated / 1e6:,.0f} MB once unpacked, which is "
                "the most that is read. Bring fewer words."
            )
