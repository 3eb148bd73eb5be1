"""Whose vectors are everybody's: those that the project ships, and those of the catalogue.

A space is one of them because this module was told so by who opened it. No name, title or number
that a visitor sends can make one: what counts is the very object.
"""

from weakref import WeakSet, WeakValueDictionary

from models.space import EmbeddingSpace, SpaceCard

_spaces: WeakSet[EmbeddingSpace] = WeakSet()
_cards: WeakValueDictionary[int, SpaceCard] = WeakValueDictionary()  # by their identity


def publish(space: EmbeddingSpace) -> EmbeddingSpace:
    """Return `space`, which is everybody's from now on, with all that is made of it."""
    _spaces.add(space)
    if space.card is not None:
        _cards[id(space.card)] = space.card
    return space


def is_public(space: EmbeddingSpace) -> bool:
    """Whether `space` is one of those that are everybody's."""
    return space in _spaces


def has_public_card(space: EmbeddingSpace) -> bool:
    """Whether `space` has the very card of one of those, as its beginning and a choice of its
    words have."""
    return space.card is not None and _cards.get(id(space.card)) is space.card
