"""The one place that knows st.session_state and the URL.

Most controls bind themselves to the URL (``bind="query-params"``). *Dimensions kept* is written by
hand here, because its range changes with the space: a cut that the next space can hold is kept, and
the full dimension stays full.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from weakref import WeakSet

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

import models
from components.lease import Lease
from models.runtime.budget import budget
from models.sources.subwords import SubwordSpace

DEFAULT_SPACE = "glove-50"
LOWEST = 2  # dimensions
_KEPT = "dimensions-kept"  # the cut in use, None for the full dimension
_URL_SEEN = "dimensions-in-url"
_PAGE = "page-in-sight"
_MOVED = "slider-moved"
_OWN = "own-spaces"  # this visitor's, by name
_NEXT = "space-next"
_LEASE = "own-spaces-lease"
_ENDED = "own-spaces-ended"  # by name, whether the visitor has read it
_MADE = "made:"  # begins what remember() keeps
# What is remembered and no derivative: who the visitor is, what they compute, their training.
_NOT_DERIVED = (f"{_MADE}visitor", f"{_MADE}jobs", f"{_MADE}train-")
_LOST = "lost-space"  # that a link names, and that lived in another session
MOST_OWN = 6  # spaces of a visitor's own at a time
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")
_owned: WeakSet[models.EmbeddingSpace] = WeakSet()  # every visitor's own spaces that are alive
Value = TypeVar("Value")


@dataclass(frozen=True)
class InUse:
    """The space that the sidebar chose: as `published`, and as `kept` at the chosen dimensions."""

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
    """Return the space in use, at the dimensions kept."""
    name = get("space", DEFAULT_SPACE)
    published = open_space(name if name in space_names() else DEFAULT_SPACE)
    cut = get(_KEPT)
    if cut is None or not LOWEST <= cut < published.dimension:
        return InUse(published, published)
    return InUse(published, models.reduce(published, dimension=cut))


def space_names() -> list[str]:
    """The names of the spaces that can be opened here and now: the bundled ones, those of the
    catalogue that were read once on this machine, then this visitor's own."""
    return [*(card.name for card in models.spaces() if card.ready), *own_spaces()]


def own_spaces() -> dict[str, models.EmbeddingSpace]:
    """The spaces that this visitor has trained or brought, by name: no other session sees them,
    and they are gone with this one."""
    own: dict[str, models.EmbeddingSpace] = st.session_state.setdefault(_OWN, {})
    return own


def open_space(name: str) -> models.EmbeddingSpace:
    """Return the space `name`, one's own or one that is everybody's; raise as models.load()."""
    if name in own_spaces():
        _lease().look(name)
    return own_spaces().get(name) or models.load(name)


def add_space(space: models.EmbeddingSpace) -> str:
    """Make `space` one of this visitor's own, under its own name or, where that is taken, the next
    free one; return it. Raises InvalidRequest where there are too many, OverBudget where it does
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
    _lease().look(name)
    get(_ENDED, {}).pop(name, None)
    return name


def use_next(name: str) -> None:
    """Have the space `name` in use from the next run on: what draws itself after the picker cannot
    choose in it any more."""
    st.session_state[_NEXT] = name


def take_next() -> str | None:
    """Return what use_next() was told since this was last asked."""
    name: str | None = st.session_state.pop(_NEXT, None)
    return name


def remove_space(name: str) -> None:
    """Forget a space of this visitor's own."""
    own_spaces().pop(name, None)


def let_go_of_unused() -> None:
    """Forget what of this visitor's own was not looked at for as long as the server keeps it, and
    what was derived from anything on the way to the page; before a run looks at any of it."""
    own = own_spaces()
    unused = _lease().unused(own)
    for name in unused:
        del own[name]
        st.session_state.setdefault(_ENDED, {})[name] = False
    if unused:
        for key in map(str, list(st.session_state)):
            if key.startswith(_MADE) and not key.startswith(_NOT_DERIVED):
                del st.session_state[key]


def ended_spaces() -> list[str]:
    """Return the names of the spaces that were let go unused, as long as that is not heeded."""
    return [name for name, heeded in get(_ENDED, {}).items() if not heeded]


def heed_ended() -> None:
    """The visitor knows which spaces were let go."""
    get(_ENDED, {}).update(dict.fromkeys(get(_ENDED, {}), True))


def lost_space() -> str | None:
    """Return the name of the space that the link asked for and that is not here: it lived in
    another session. None once it is here, and for one that this session has let go."""
    wanted = read_link("space")
    if wanted is not None and wanted not in (*space_names(), *get(_ENDED, {})):
        st.session_state[_LOST] = wanted
    lost: str | None = get(_LOST)
    return lost if lost is not None and lost not in space_names() else None


def loading_code(name: str) -> str:
    """Return Python that makes the space `name`: a bundled one, or one of the catalogue that is on
    this machine; of one's own, from the file that the Library hands out, or from fastText's own, as
    no other holds the pieces of words."""
    own = own_spaces().get(name)
    if own is not None:
        ending = "bin" if isinstance(own, SubwordSpace) else "npz"
        return f'models.read_vectors("{name}.{ending}")'
    return f'models.load("{name}")'


def dimension_slider_key(space: models.EmbeddingSpace, page: str) -> str:
    """Return the key of the *Dimensions kept* slider, its state set to the cut in use.

    Call it before the slider is drawn. A link's ``?d=`` is read when it is first seen, and again
    when the visitor goes back; what is no number within the range means the full dimension.
    Going to another `page` by its link clears the URL, which is no wish for all dimensions.
    """
    in_url = st.query_params.get("d")
    elsewhere = get(_PAGE, page) != page
    st.session_state[_PAGE] = page
    if elsewhere:
        _heed_link()
    # A move of the slider may overtake the URL that an earlier move has written.
    cleared = elsewhere and in_url is None and not _in_history()
    overtaken = st.session_state.pop(_MOVED, False) or cleared
    if in_url != get(_URL_SEEN, "never seen") and not overtaken:
        st.session_state[_KEPT] = _read_cut(in_url, space.dimension)
    cut = get(_KEPT)
    key = f"dimensions-of-{space.name}"
    valid = cut is not None and LOWEST <= cut < space.dimension
    wanted = cut if valid else space.dimension
    if st.session_state.get(key) != wanted:  # setting it anew would undo a key pressed meanwhile
        st.session_state[key] = wanted
    return key


def slider_moved(key: str) -> None:
    """The slider's callback: what the visitor chose is the cut, before the page is drawn again."""
    st.session_state[_KEPT] = int(st.session_state[key])
    st.session_state[_MOVED] = True


def cut_to(dimension: int | None) -> None:
    """The callback of another control: keep so many dimensions, None for all, as if the slider had
    been moved there."""
    st.session_state[_KEPT] = dimension
    st.session_state[_MOVED] = True


def keep_dimensions(dimension: int, full: int) -> None:
    """Remember the cut, and write it into the URL where it is one."""
    cut = dimension if dimension < full else None
    st.session_state[_KEPT] = cut
    if cut is None:
        st.query_params.pop("d", None)
    elif st.query_params.get("d") != str(cut):
        st.query_params["d"] = str(cut)
    st.session_state[_URL_SEEN] = None if cut is None else str(cut)


def read_link(name: str) -> str | None:
    """Return what the URL says under `name`, at most 1,000 characters, where no control does."""
    text = st.query_params.get(name)
    return text if text is not None and len(text) <= 1_000 else None


def get(key: str, default: Any = None) -> Any:
    """Return what the session holds under `key`."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Set a control's value from a callback, or before the control is drawn."""
    st.session_state[key] = value


def remember(key: str, identity: Hashable, make: Callable[[], Value]) -> Value:
    """Return what `make` returned for `identity`, one thing a key; this visitor's alone."""
    kept = st.session_state.get(f"{_MADE}{key}")
    if kept is None or kept[0] != identity:
        kept = (identity, make())
        st.session_state[f"{_MADE}{key}"] = kept
    made: Value = kept[1]
    return made


def forget(key: str) -> None:
    """Forget what remember() keeps under `key`."""
    st.session_state.pop(f"{_MADE}{key}", None)


def _free_name(wish: str) -> str:
    base = "my-" + _NOT_IN_NAMES.sub("-", wish.lower()).strip("-.").removeprefix("my-")[:40]
    base = base.rstrip("-.")
    name, number = base, 1
    while name in space_names():
        number += 1
        name = f"{base}-{number}"
    return name


def _lease() -> Lease:
    """When this visitor's own spaces were last looked at."""
    lease: Lease | None = get(_LEASE)
    if lease is None:
        context = get_script_run_ctx()
        lease = Lease(context.session_id if context is not None else None)
        st.session_state[_LEASE] = lease
    return lease


def _in_history() -> bool:
    """Whether the visitor went back or forward: then the URL alone says how the page was."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _heed_link() -> None:
    """Forget what a control of this page was when last seen, where the link says what it shall be.

    A bound control that finds its own default in the URL takes it for nothing said, and would
    stay as it was. The space is chosen above all pages and drawn already.
    """
    for name in st.query_params:
        if name != "space":
            st.session_state.pop(name, None)


def _read_cut(text: str | None, full: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if LOWEST <= int(text) < full else None
