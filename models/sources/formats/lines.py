"""Text of any encoding as blocks of whole lines in UTF-8."""

import codecs
from collections.abc import Callable, Iterator

from models.sources.formats.stream import Stream
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
Decode = Callable[[bytes, bool], str]


class Lines:
    """The lines of a stream. `encoding` is what was found by looking at its beginning; `guessed`
    where nothing there tells it from the like: of the encodings with one byte a letter, the most
    frequent one."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.encoding, mark = _marked(stream.head(4))
        stream.read(mark)
        self.guessed = not mark and _is_western(stream.head(SAMPLE))
        if self.guessed:
            self.encoding = _WESTERN
        self._decode = _decoder(self.encoding)

    def remarks(self) -> list[str]:
        """Say what was found, where it is not what all files should be."""
        if self.encoding == "utf-8":
            return []
        said = f"read as {self.encoding.upper()}"
        if self.guessed:
            said += ", which is a guess: save the file as UTF-8 if words look wrong"
        return [said]

    def sample(self) -> list[bytes]:
        """Return the first whole lines; raise VectorFileError where there is no end to one."""
        head = self.stream.head(SAMPLE)
        at_end = len(head) < SAMPLE
        if b"\n" not in head and not at_end:
            head = self.stream.head(LONGEST_LINE)
            at_end = len(head) < LONGEST_LINE
        text = self._utf8(head, whole=False)
        if not at_end and b"\n" not in text:
            raise self._endless(1)
        lines = text.split(b"\n")
        lines = lines if at_end else lines[:-1]
        return [line.removesuffix(b"\r") for line in lines if line.strip()]

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number of the first line, whole lines); the last one may lack its end. Windows
        line ends become plain ones."""
        size, number, rest = _FIRST, 1, b""
        decode = self._decode()
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

    def _endless(self, line: int) -> Exception:
        return self.stream.refuse(
            f"{LONGEST_LINE >> 20} MB without a line end: this is no text with one word a line.",
            line,
        )

    def _utf8(self, data: bytes, *, whole: bool) -> bytes:
        decode = self._decode()
        return decode(data, whole).encode() if decode else data


def _decoder(encoding: str) -> Callable[[], Decode | None]:
    if encoding == "utf-8":
        return lambda: None
    kind = codecs.getincrementaldecoder(encoding)
    return lambda: kind("replace").decode


def _marked(head: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


def _is_western(head: bytes) -> bool:
    """Whether most of the words with other letters than ASCII's are not UTF-8, and no byte is one
    that no text has: a vocabulary cut into pieces has some that are not, of other encodings all."""
    other = [word for word in head[:-4].split() if not word.isascii()]
    wrong = sum(not _is_utf8(word) for word in other)
    return wrong > len(other) / 2 and b"\0" not in head


def _is_utf8(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return True
