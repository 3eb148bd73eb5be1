"""The session's state and the URL: the space in use, the visitor's own spaces, cached results.

Only this file and dimension_slider.py touch st.session_state and st.query_params. Most controls
bind themselves to the URL (``bind="query-params"``).
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, TypeVar
from weakref import WeakSet

import streamlit as st

import models
from components import dimension_slider, streamlit_internals
from components.space_expiry import LastUses
from models.runtime.budget import budget
from models.sources.subwords import SubwordSpace

DEFAULT_SPACE = "glove-50"
MOST_OWN = 6  # spaces of a visitor's own at a time
_OWN = "own-spaces"  # this visitor's, by name
_LAST_USES = "own-spaces-last-uses"
_EXPIRED = "own-spaces-expired"  # by name, whether the visitor has read it
_REQUESTED = "requested-space"
_MISSING = "missing-space"  # the name in the link that no space here has
_PAGE = "current-page"
_CACHED = "made:"  # prefix of the keys of remember()
# Results of remember() that are not derived from a space: the visitor, their jobs, their training.
_NOT_DERIVED = (f"{_CACHED}visitor", f"{_CACHED}jobs", f"{_CACHED}train-")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")
_owned: WeakSet[models.EmbeddingSpace] = WeakSet()  # every visitor's own spaces that are alive
Value = TypeVar("Value")


@dataclass(frozen=True)
class InUse:
    """The space chosen in the sidebar: as `published`, and as `kept`, reduced to the dimensions of
    the slider."""

    published: models.EmbeddingSpace
    kept: models.EmbeddingSpace

    @property
    def is_cut(self) -> bool:
        return self.kept is not self.published

    @property
    def code(self) -> str:
        """Python that makes the space in use."""
        lines = f"import models\n\nspace = {loading_code(self.published.name)}"
        if self.is_cut:
            lines += f"\nspace = models.reduce(space, dimension={self.kept.dimension})"
        return lines


def current() -> InUse:
    """Return the space in use."""
    name = get("space", DEFAULT_SPACE)
    published = open_space(name if name in space_names() else DEFAULT_SPACE)
    dimension = dimension_slider.reduced_dimension(published.dimension)
    if dimension is None:
        return InUse(published, published)
    return InUse(published, models.reduce(published, dimension=dimension))


def space_names() -> list[str]:
    """Return the names of the spaces that open at once: bundled ones, those of the catalogue that
    this machine has read before, then this visitor's own."""
    return [*(card.name for card in models.spaces() if card.ready), *own_spaces()]


def own_spaces() -> dict[str, models.EmbeddingSpace]:
    """Return the spaces that this visitor has trained or uploaded, by name. No other session sees
    them, and they end with this one."""
    own: dict[str, models.EmbeddingSpace] = st.session_state.setdefault(_OWN, {})
    return own


def open_space(name: str) -> models.EmbeddingSpace:
    """Return the space `name`, the visitor's own or a public one; raise as models.load()."""
    if name in own_spaces():
        _last_uses().note(name)
    return own_spaces().get(name) or models.load(name)


def add_space(space: models.EmbeddingSpace) -> str:
    """Add `space` to the visitor's own, under its own name or, where that is taken, the next free
    one; return the name. Raises InvalidRequest where there are too many, OverBudget where it does
    not fit beside all visitors' spaces."""
    own = own_spaces()
    if len(own) >= MOST_OWN:
        raise models.InvalidRequest(
            f"You have {MOST_OWN} spaces of your own already. Remove one in the Library first."
        )
    name = _free_name(space.name)
    added = replace(space, name=name)
    budget().admit(added, list(_owned))
    _owned.add(added)
    own[name] = added
    _last_uses().note(name)
    get(_EXPIRED, {}).pop(name, None)
    return name


def request_space(name: str) -> None:
    """Have the space `name` in use from the next run of the page on. For code below the sidebar,
    which cannot set the picker in this run any more."""
    put(_REQUESTED, name)


def requested_space() -> str | None:
    """Return the name in the last request_space(), and clear it."""
    name: str | None = st.session_state.pop(_REQUESTED, None)
    return name


def delete_expired_spaces() -> None:
    """Delete the visitor's own spaces that were not used for too long, and all cached results of
    remember() that may be derived from them. Call it before a run uses any of it."""
    own = own_spaces()
    expired = _last_uses().expired(own)
    for name in expired:
        del own[name]
        st.session_state.setdefault(_EXPIRED, {})[name] = False
    if expired:
        for key in map(str, list(st.session_state)):
            if key.startswith(_CACHED) and not key.startswith(_NOT_DERIVED):
                del st.session_state[key]


def expired_spaces() -> list[str]:
    """Return the names of the spaces that were deleted as expired, until they are dismissed."""
    return [name for name, dismissed in get(_EXPIRED, {}).items() if not dismissed]


def dismiss_expired() -> None:
    """Note that the visitor has read which spaces have expired."""
    get(_EXPIRED, {}).update(dict.fromkeys(get(_EXPIRED, {}), True))


def missing_space() -> str | None:
    """Return the name of the space in the link, where this session has none of that name; None for
    one that has expired in this session."""
    wanted = read_link("space")
    if wanted is not None and wanted not in (*space_names(), *get(_EXPIRED, {})):
        put(_MISSING, wanted)
    missing: str | None = get(_MISSING)
    return missing if missing not in space_names() else None


def loading_code(name: str) -> str:
    """Return Python that opens the space `name`. One of the visitor's own is read from the file
    that the Library writes; one with subwords from fastText's own, as no other format has them."""
    own = own_spaces().get(name)
    if own is not None:
        ending = "bin" if isinstance(own, SubwordSpace) else "npz"
        return f'models.read_vectors("{name}.{ending}")'
    return f'models.load("{name}")'


def enter(page: str) -> bool:
    """Note that `page` is drawn, and return whether the visitor comes from another one. The
    controls of the new page that its link names are then reset.

    A bound control that finds its own default in the URL would otherwise stay as it was when last
    seen. The picker of the space is above all pages and drawn already.
    """
    is_new = bool(get(_PAGE, page) != page)
    put(_PAGE, page)
    if is_new:
        for name in st.query_params:
            if name != "space":
                st.session_state.pop(name, None)
    return is_new


def read_link(name: str) -> str | None:
    """Return the parameter `name` of the URL, for what no control is bound to; None where it is
    missing or has more than 1,000 characters."""
    text = st.query_params.get(name)
    return text if text is not None and len(text) <= 1_000 else None


def get(key: str, default: Any = None) -> Any:
    """Return the value of a control, or what put() has set."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Set a control's value from a callback, or before the control is drawn."""
    st.session_state[key] = value


def put_all(values: Mapping[str, object]) -> None:
    """Set several controls, as put() does."""
    for key, value in values.items():
        put(key, value)


def remember(key: str, identity: Hashable, make: Callable[[], Value]) -> Value:
    """Return the cached result of `make`, computed anew where `identity` has changed.
    The cache holds one result a key, and is this visitor's alone."""
    cached = get(f"{_CACHED}{key}")
    if cached is None or cached[0] != identity:
        cached = (identity, make())
        put(f"{_CACHED}{key}", cached)
    result: Value = cached[1]
    return result


def forget(key: str) -> None:
    """Delete the cached result of remember()."""
    st.session_state.pop(f"{_CACHED}{key}", None)


def _free_name(wish: str) -> str:
    base = "my-" + _NOT_IN_NAMES.sub("-", wish.lower()).strip("-.").removeprefix("my-")[:40]
    base, taken = base.rstrip("-."), space_names()
    numbered = (f"{base}-{number}" for number in count(2))
    return next(name for name in chain([base], numbered) if name not in taken)


def _last_uses() -> LastUses:
    uses: LastUses = get(_LAST_USES) or LastUses(streamlit_internals.session_id())
    put(_LAST_USES, uses)
    return uses
