"""The sets of the catalogue: facts about the word vectors of gensim-data, before any download.

Sizes, numbers of words, licences and checksums are those that gensim-data publishes in its
list.json.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import InvalidRequest, UnknownSpace
from models.sources.download import Remote

RELEASES = "https://github.com/RaRe-Technologies/gensim-data/releases/download"


@dataclass(frozen=True)
class Entry:
    """A set of word vectors. `bytes` is the size of the compressed file, `md5` its checksum.
    `ordered`: the most frequent words come first."""

    name: str
    title: str
    words: int
    dimension: int
    bytes: int
    md5: str
    licence: str
    source: str
    url: str
    binary: bool = False
    ordered: bool = True

    def remote(self, variables: Mapping[str, str] = os.environ) -> Remote:
        """Return the file that is fetched."""
        top = variables.get("VECTORSCOPE_CATALOGUE_URL", "").strip().rstrip("/") or RELEASES
        if not top.startswith(("https://", "http://")):
            raise InvalidRequest(
                "VECTORSCOPE_CATALOGUE_URL must begin with https:// or http://, as an address does."
            )
        return Remote(f"{top}/{self.name}/{self.name}.gz", f"{self.name}.gz", self.bytes, self.md5)

    def download_bytes(self, first: int | None) -> int:
        """Return about how much is fetched for the `first` words, None for all of them."""
        return self.bytes if first is None else int(self.bytes * first / self.words)


def entries() -> tuple[Entry, ...]:
    """Return all sets, the smallest of a family first."""
    return _ENTRIES


def entry(name: str) -> Entry:
    """Return the set `name`; raise UnknownSpace."""
    for known in _ENTRIES:
        if known.name == name:
            return known
    raise UnknownSpace(name, [known.name for known in _ENTRIES])


# Of a family of sets: name, title, what follows the dimension in it, words, source.
_WIKI = (
    *("glove-wiki-gigaword", "GloVe 6B", ", all words", 400_000),
    "Wikipedia 2014 and Gigaword 5, 6 billion tokens, lower case (Stanford NLP)",
)
_TWITTER = (
    *("glove-twitter", "GloVe Twitter", "", 1_193_514),
    "2 billion tweets, 27 billion tokens, lower case (Stanford NLP)",
)


def _glove(family: tuple[str, str, str, int, str], dimension: int, size: int, md5: str) -> Entry:
    name, title, rest, words, source = family
    title = f"{title}, {dimension} dimensions{rest}"
    url = "https://nlp.stanford.edu/projects/glove/"
    named = f"{name}-{dimension}"
    return Entry(named, title, words, dimension, size, md5, "PDDL 1.0", source, url)


_ENTRIES = (
    Entry(
        "word2vec-google-news-300",
        "Word2Vec, Google News",
        3_000_000,
        300,
        1_743_563_840,
        "a5e5354d40acb95f9ec66d5977d140ef",
        "none is stated by its publisher",
        "Google News, about 100 billion words; words and phrases (Mikolov et al., 2013)",
        "https://code.google.com/archive/p/word2vec/",
        binary=True,
    ),
    _glove(_WIKI, 50, 69_182_535, "c289bc5d7f2f02c6dc9f2f9b67641813"),
    _glove(_WIKI, 100, 134_300_434, "40ec481866001177b8cd4cb0df92924f"),
    _glove(_WIKI, 200, 264_336_934, "59652db361b7a87ee73834a6c391dfc1"),
    _glove(_WIKI, 300, 394_362_229, "29e9329ac2241937d55b852e8284e89b"),
    _glove(_TWITTER, 25, 109_885_004, "50db0211d7e7a2dcd362c6b774762793"),
    _glove(_TWITTER, 50, 209_216_938, "c168f18641f8c8a00fe30984c4799b2b"),
    _glove(_TWITTER, 100, 405_932_991, "b04f7bed38756d64cf55b58ce7e97b15"),
    _glove(_TWITTER, 200, 795_373_100, "e52e8392d1860b95d5308a525817d8f9"),
    Entry(
        "fasttext-wiki-news-subwords-300",
        "fastText, Wikipedia and news",
        999_999,
        300,
        1_005_007_116,
        "de2bb3a20c46ce65c9c131e1ad9a77af",
        "CC BY-SA 3.0",
        "Wikipedia 2017, UMBC webbase and statmt.org news, 16 billion tokens (Facebook)",
        "https://fasttext.cc/docs/en/english-vectors.html",
    ),
    Entry(
        "conceptnet-numberbatch-17-06-300",
        "ConceptNet Numberbatch 17.06",
        1_917_247,
        300,
        1_225_497_562,
        "fd642d457adcd0ea94da0cd21b150847",
        "as its LICENSE.txt says (see source)",
        "ConceptNet, word2vec, GloVe and OpenSubtitles 2016; words of many languages as /c/en/word",
        "https://github.com/commonsense/conceptnet-numberbatch",
        ordered=False,
    ),
)
