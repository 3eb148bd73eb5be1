"""The sample of English Wikipedia that comes with gensim: a corpus without a network."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.errors import EmbeddingError
from models.training.texts import Text

_FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_FEWEST_WORDS = 50  # of an article, as in gensim's WikiCorpus: redirects and stubs are left out
_HEADING = re.compile(r"^=+.*=+\s*$", re.MULTILINE)


@cache
def wikipedia_sample() -> Text:
    """Return 106 articles of English Wikipedia, one paragraph a line, read once a process.

    The articles and their markup are taken apart by gensim, in this process: its WikiCorpus would
    start others. Takes some seconds. Raises EmbeddingError where gensim is missing.
    """
    return Text(
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
