"""Cutting a text into words as a job, and the corpus that jobs of training begin with.

A text is cut where it is trained on: the server gets its outline alone, as the codes of 17 million
words would take 70 MB of it.
"""

import hashlib

from models.errors import InvalidRequest
from models.runtime.progress import Reporter
from models.training.corpora import Corpus, corpus_of
from models.training.run import CorpusOutline
from models.training.text8 import text8
from models.training.texts import Text
from models.training.tokens import Tokens
from models.training.wikipedia import wikipedia_sample

BUILT_IN = ("wikipedia", "text8")
_last: dict[str, Corpus] = {}  # the corpus cut last in this process, as it is trained on next


def outline(job: Reporter, source: str | Text, options: Tokens) -> CorpusOutline:
    """Return the outline of corpus_of_text()."""
    return CorpusOutline.of(corpus_of_text(job, source, options))


def corpus_of_text(job: Reporter, source: str | Text, options: Tokens) -> Corpus:
    """Return the corpus of a Text or of one of BUILT_IN, cut as `options` says; the one cut last in
    this process is remembered."""
    key = f"{content_of(source)} {options!r}"
    if key not in _last:
        _last.clear()  # before the next is made: two could be too many
        _last[key] = _cut(job, source, options)
    return _last[key]


def content_of(source: str | Text) -> str:
    """Return a name for a text: equal for equal texts."""
    if isinstance(source, str):
        return source
    return hashlib.blake2b(source.content.encode(), digest_size=12).hexdigest()


def _cut(job: Reporter, source: str | Text, options: Tokens) -> Corpus:
    if source == "wikipedia":
        job.report(0.0, "taking 106 articles of Wikipedia apart")
        source = wikipedia_sample()
    elif source == "text8":
        job.report(0.0, "fetching text8 (31 MB)")
        source = text8(progress=lambda share: job.report(0.5 * share))
    if isinstance(source, str):
        raise InvalidRequest(f"“{source}” is no corpus. Choose {' or '.join(BUILT_IN)}.")
    job.report(0.5, "cutting the text into words")
    return corpus_of(source, options, progress=lambda share: job.report(0.5 + 0.5 * share))
