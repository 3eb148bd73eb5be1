"""The spaces that all visitors share, by name: bundled ones, and those of the catalogue."""

from models.errors import EmbeddingError, UnknownSpace
from models.sources import bundled
from models.space import EmbeddingSpace, SpaceCard


def spaces() -> list[SpaceCard]:
    """Return the card of every space that load() opens, without loading any: the bundled ones, then
    those of the catalogue that are on this machine. `ready` are those that open at once."""
    from models.sources.catalogue import cards

    try:
        return [*bundled.spaces(), *cards()]
    except EmbeddingError:  # open_set() reports a setting that makes no sense
        return bundled.spaces()


def load(name: str) -> EmbeddingSpace:
    """Return the space `name`; the same read-only object as long as anyone uses it.

    `name` is that of a bundled space (glove-50, glove-100, minilm-384) or of a set of the catalogue
    on this machine: glove-twitter-25, or word2vec-google-news-300-50k for its first 50,000 words.
    spaces() lists all; the Library page fetches more. Raises UnknownSpace for another name,
    OverBudget or VectorFileError for one too large for this server, EmbeddingError where it is not
    on this machine.
    """
    if name in bundled.NAMES:
        return bundled.load(name)
    from models.sources.catalogue import open_set, parse_name

    known = parse_name(str(name))
    if known is None:
        raise UnknownSpace(str(name), [card.name for card in spaces()])
    return open_set(*known)
