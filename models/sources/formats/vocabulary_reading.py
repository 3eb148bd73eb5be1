"""Words that stand in a file of their own: one a line, or a table with a column of words."""

from models.sources.formats.layout import is_number
from models.sources.formats.lines import Lines
from models.sources.formats.rows import Wording
from models.sources.formats.stream import Stream

_TITLES = (b"word", b"words", b"label", b"token", b"name", b"term", b"text", b"key")


def read_vocabulary(stream: Stream, limit: int | None) -> Wording:
    """Return the words of a text; as in the Projector's metadata, the first line of a table names
    its columns, and one column alone has no name."""
    words: list[bytes] = []
    column, letters = None, 0
    text = Lines(stream)
    for _, block in text.blocks():
        lines = block.removesuffix(b"\n").split(b"\n")
        if column is None:
            titles = lines[0].lower().split(b"\t")
            column = next((n for n, title in enumerate(titles) if title in _TITLES), 0)
            lines = lines[1:] if len(titles) > 1 else lines
        if column or b"\t" in block:
            cells = [line.split(b"\t") for line in lines]
            words += [row[column] if column < len(row) else b"" for row in cells]
        else:
            words += lines
        letters += len(block)
        stream.refuse_text(letters)
        if len(words) > stream.limits.rows:
            raise stream.refuse(f"it holds more than {stream.limits.rows:,} words.")
        if limit is not None and len(words) > limit:
            break
    return Wording(words, tuple(f"the words were {said}" for said in text.told()))


def looks_like_numbers(stream: Stream) -> bool:
    """Whether the lines of a text are numbers alone."""
    lines = Lines(stream).sample()[:20]
    stream.seek(0)
    return bool(lines) and all(
        len(line.split()) > 1 and all(map(is_number, line.split())) for line in lines
    )
