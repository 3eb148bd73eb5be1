"""The sample of English Wikipedia that comes with gensim: a corpus without a network."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.errors import EmbeddingError
from models.training.texts import Text

_FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_FEWEST_WORDS = 50  # of an article, as in gensim's WikiCorpus: redirects and stubs are left out
_PAST_LATIN = re.compile("[\u0300-\U0010ffff]")  # all marks are among these
_HEADING = re.compile(r"^=+.*=+\s*$", re.MULTILINE)


class _Sample(Text):
    """Words end at marks here, as in gensim's WikiCorpus and in the runs that come with the
    installation."""

    def pieces(self) -> Iterator[str]:
        return map(_cut_at_marks, super().pieces())


@cache
def wikipedia_sample() -> Text:
    """Return 106 articles of English Wikipedia, one paragraph a line, read once a process.

    gensim separates the articles and removes their markup, in this process: its WikiCorpus would
    start others. Takes some seconds. Raises EmbeddingError where gensim is missing.
    """
    return _Sample(
        title="Wikipedia sample",
        content="\n".join(_articles()),
        source="106 articles of English Wikipedia, from the gensim package",
        licence="CC BY-SA 3.0",
        private=False,
    )


def _articles() -> Iterator[str]:
    try:
        from gensim.corpora import wikicorpus
        from gensim.test.utils import datapath
    except ImportError:
        raise EmbeddingError(
            "The Wikipedia sample comes with gensim, which is not installed here (it has no "
            "version for Python 3.14): install it, or give a text of your own."
        ) from None
    from bz2 import BZ2File

    with BZ2File(Path(datapath(_FILE))) as dump:
        for title, raw, _ in wikicorpus.extract_pages(dump, ("0",)):
            if any(title.startswith(f"{other}:") for other in wikicorpus.IGNORED_NAMESPACES):
                continue
            text = _HEADING.sub("", wikicorpus.filter_wiki(raw))
            if len(wikicorpus.tokenize(text)) >= _FEWEST_WORDS:
                yield text


def _cut_at_marks(text: str) -> str:
    """Write a space for each mark, also that which İ has in lower case."""
    return _PAST_LATIN.sub(_spaced, text.replace("İ", "I\u0307"))


def _spaced(character: re.Match[str]) -> str:
    return " " if unicodedata.category(character[0])[0] == "M" else character[0]
