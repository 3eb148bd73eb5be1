"""Text of any encoding as blocks of whole lines in UTF-8."""

import codecs
from collections.abc import Callable, Iterator

from models.sources.formats.stream import Stream, is_utf8
from models.sources.limits import LONGEST_LINE

SAMPLE = 1 << 18  # bytes by which a text is recognised
_FIRST, _LARGEST = 1 << 16, 1 << 18  # bytes of a block: few words are wanted soon
_MARKS = (  # the longer first: one begins like the other
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = "cp1252"


class Lines:
    """The lines of a stream. `encoding` is recognised by its beginning; it is `guessed` where it
    has one byte a letter, as nothing tells such encodings apart: the most frequent one is taken."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.encoding, mark = _marked(stream.head(4))
        stream.read(mark)
        self.guessed = not mark and _is_western(stream.head(SAMPLE))
        if self.guessed:
            self.encoding = _WESTERN

    def remarks(self) -> list[str]:
        """Name the encoding where it is not UTF-8."""
        if self.encoding == "utf-8":
            return []
        guess = ", which is a guess: save the file as UTF-8 if words look wrong"
        return [f"read as {self.encoding.upper()}{guess if self.guessed else ''}"]

    def sample(self) -> list[bytes]:
        """Return the first whole lines; raise VectorFileError where there is no end to one."""
        for size in (SAMPLE, LONGEST_LINE):
            head = self.stream.head(size)
            at_end = len(head) < size
            if at_end or b"\n" in head:
                break
        decode = self._decoder()
        text = decode(head, False).encode() if decode else head
        if not at_end and b"\n" not in text:
            raise self._endless(1)
        lines = text.split(b"\n")
        lines = lines if at_end else lines[:-1]
        return [line.removesuffix(b"\r") for line in lines if line.strip()]

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number of the first line, whole lines); the last one may lack its end. Windows
        line ends become plain ones."""
        size, number, rest = _FIRST, 1, b""
        decode = self._decoder()
        while True:
            piece = self.stream.read(size)
            at_end = len(piece) < size
            text = rest + (decode(piece, at_end).encode() if decode else piece)
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n")
            cut = len(text) if at_end else text.rfind(b"\n") + 1
            if cut:
                yield number, text[:cut]
            if at_end:
                return
            number += text.count(b"\n", 0, cut)
            rest = text[cut:]
            if len(rest) > LONGEST_LINE:
                raise self._endless(number)
            size = min(2 * size, _LARGEST)

    def _decoder(self) -> Callable[[bytes, bool], str] | None:
        if self.encoding == "utf-8":
            return None
        return codecs.getincrementaldecoder(self.encoding)("replace").decode

    def _endless(self, line: int) -> Exception:
        return self.stream.refuse(
            f"{LONGEST_LINE >> 20} MB without a line end: this is no text with one word a line.",
            line,
        )


def _marked(head: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


def _is_western(head: bytes) -> bool:
    """Whether most of the words with other letters than ASCII's are not UTF-8, and there is no zero
    byte. A vocabulary of byte pieces has some such words, a text in another encoding only such."""
    other = [word for word in head[:-4].split() if not word.isascii()]
    wrong = sum(not is_utf8(word) for word in other)
    return wrong > len(other) / 2 and b"\0" not in head
