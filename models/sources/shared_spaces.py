"""The spaces that all visitors share: those that the project ships, and those of the catalogue.

Each is opened once a process. A space is shared because the code that opened it has called
publish() with it; no name, title or number that a visitor sends can make a space shared.
"""

from collections.abc import Callable, Hashable
from weakref import WeakSet, WeakValueDictionary

from models.runtime.budget import DerivedCache
from models.space import EmbeddingSpace, SpaceCard

_spaces: WeakSet[EmbeddingSpace] = WeakSet()
_cards: WeakValueDictionary[int, SpaceCard] = WeakValueDictionary()  # by their identity

_cache = DerivedCache(shared_spaces=True)
_open: WeakValueDictionary[Hashable, EmbeddingSpace] = WeakValueDictionary()  # also the evicted


def opened_once(
    name: str, identity: Hashable, read: Callable[[], EmbeddingSpace]
) -> EmbeddingSpace:
    """Return the shared space `name`; call `read` where it is not open. The same object as long as
    anyone uses it; another `identity` under the same name is another file."""
    return _cache.get(
        name,
        lambda: _open.get(identity) or _open.setdefault(identity, read()),
        enough=lambda space: _open.get(identity) is space,
    )


def is_open(identity: Hashable) -> bool:
    """Whether the shared space of this identity is open."""
    return identity in _open


def publish(space: EmbeddingSpace) -> EmbeddingSpace:
    """Share `space` and what is derived from it among all visitors from now on; return it."""
    _spaces.add(space)
    if space.card is not None:
        _cards[id(space.card)] = space.card
    return space


def is_published(space: EmbeddingSpace) -> bool:
    """Whether `space` is shared by all visitors."""
    return space in _spaces


def has_shared_card(space: EmbeddingSpace) -> bool:
    """Whether `space` has the card of a shared one, as a part of its words has."""
    return space.card is not None and _cards.get(id(space.card)) is space.card
