"""Well-known vectors in the space picker: those that are here, and Google News by one click.

What the network or a long reading has to bring is everybody's from then on. Until it is here, and
where it cannot come, the space that was in use stays in use.
"""

import streamlit as st

from components import session
from components.widgets.catalogue_job import Wanted, fetching
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.notices import notice
from components.wording import listed, plain
from models.errors import EmbeddingError
from models.sources.catalogue import (
    FIRST,
    cards,
    downloaded_sets,
    is_ready,
    name_of,
    open_set,
    parse_name,
)
from models.sources.catalogue_facts import entry
from models.space import SpaceCard

SET = "word2vec-google-news-300"
NAME = name_of(SET, FIRST)
ENTRY = f"{entry(SET).title}, needs the network once"
_PLACE = "famous-fetch"
_WANTED, _PROBLEM, _BEFORE = "famous-wanted", "famous-problem", "famous-before"
_HEEDED = "famous-link-heeded"


def offered() -> list[str]:
    """Return the names of all spaces, of sets that are here and have to be read first, and the
    entry where the set is not here. Call it before the picker is drawn: what a link names, what
    has come and what a page wants used next is opened here."""
    _heed_link()
    _heed_job()
    _heed_page()
    _keep_open()
    wanted = _wanted_name()  # is offered once it is here, or a link would have chosen it already
    names = session.space_names()
    names += [card.name for card in _held() if card.name not in (*names, wanted)]
    return names if NAME in names else [*names, ENTRY]


def chosen() -> None:
    """The picker's callback: what is here is opened or read, the entry fetched; and until then
    what was in use stays."""
    name = session.get("space")
    session.put(_PROBLEM, None)
    known = (SET, FIRST) if name == ENTRY else _meant(name)
    if known is not None:
        session.put("space", session.get(_BEFORE, session.DEFAULT_SPACE))
        want(*known)


def want(name: str, first: int | None) -> None:
    """Use the `first` words of a set (None: all) once they are here and were read, which a job
    does. Call it from a callback, or before the picker is drawn."""
    forget_job(_PLACE)
    session.put(_PROBLEM, None)
    try:
        ready = is_ready(name, first)
    except EmbeddingError as error:
        _fail(error)
        return
    if ready:
        _use(name, first)
    else:
        session.put(_WANTED, Wanted.now(name, first))


def missing(name: str) -> bool:
    """Whether a link that names the space `name` means a set that has to be fetched."""
    return parse_name(name) is not None


def awaited(name: str) -> bool:
    """Whether a link that names the space `name` means what is on its way, or can be."""
    return name in (NAME, ENTRY, _wanted_name())


def settle_on(name: str) -> None:
    """Remember the space that is in use."""
    session.put(_BEFORE, name)


def under_way(in_use: str) -> None:
    """Draw how far the fetching is, or why it ended early; nothing where nobody asked."""
    wanted: Wanted | None = session.get(_WANTED)
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="famous")
        st.caption(f"{plain(in_use)} stays in use. Already here: {_already_here()}.")
    if wanted is None:
        return
    try:
        job = fetching(_PLACE, wanted)
    except EmbeddingError as error:  # the queue takes no more
        _fail(error)
        st.rerun()

    def draw() -> None:
        job_card(job, key="famous", again=lambda: want(wanted.name, wanted.first), narrow=True)

    while_running(_PLACE, [job], draw)
    if not job.running:
        st.rerun()
    title = plain(entry(wanted.name).title)
    st.caption(f"{title} is on its way; {plain(in_use)} is shown until then.")


def _heed_link() -> None:
    """Open, read or fetch what the link of this visit names, once. Any set that is here opens."""
    if session.get(_HEEDED):
        return
    session.put(_HEEDED, True)
    asked = session.read_link("space")
    known = (SET, FIRST) if asked == ENTRY else _meant(asked)
    if known is not None and (known == (SET, FIRST) or asked in [card.name for card in _held()]):
        want(*known)


def _heed_job() -> None:
    """Open what has come, or say why nothing did."""
    wanted: Wanted | None = session.get(_WANTED)
    if wanted is None:
        return
    try:
        job = fetching(_PLACE, wanted)
    except EmbeddingError as error:
        _fail(error)
        return
    if job.running:
        return
    if job.done:
        session.put(_WANTED, None)
        _use(wanted.name, wanted.first)
    elif job.cancelled:
        _fail(EmbeddingError("Stopped. What has come stays, and the next attempt goes on there."))
    elif isinstance(job.error, EmbeddingError):
        _fail(job.error)
    else:
        _fail(EmbeddingError("It could not be fetched, by an error that is in the log."))


def _heed_page() -> None:
    name = session.take_next()
    if name in session.space_names():
        session.put("space", name)


def _keep_open() -> None:
    """See to it that a set in use opens: it may have made room for others, on the disk or in
    memory, since it was last used."""
    in_use = session.get(_BEFORE)
    known = _meant(in_use)
    if known is None or session.get("space") != in_use:
        return
    try:
        if _is_here(*known) and not is_ready(*known):
            session.put("space", session.DEFAULT_SPACE)
            want(*known)
        else:
            open_set(*known)
    except EmbeddingError as error:
        session.put("space", session.DEFAULT_SPACE)
        _fail(error)


def _meant(name: str | None) -> tuple[str, int | None] | None:
    """Return the set that `name` means, where it is not a space of the visitor's own."""
    return None if name is None or name in session.own_spaces() else parse_name(name)


def _use(name: str, first: int | None) -> None:
    try:
        session.put("space", open_set(name, first).name)
    except EmbeddingError as error:
        _fail(error)


def _fail(error: EmbeddingError) -> None:
    session.put(_WANTED, None)
    session.put(_PROBLEM, error)


def _wanted_name() -> str | None:
    wanted: Wanted | None = session.get(_WANTED)
    return name_of(wanted.name, wanted.first) if wanted is not None else None


def _is_here(name: str, first: int | None) -> bool:
    return first in downloaded_sets().get(name, [])


def _held() -> list[SpaceCard]:
    """Return what of the catalogue is here; nothing where the server is not set up for it."""
    try:
        return cards()
    except EmbeddingError:  # told to who asks for a set
        return []


def _already_here() -> str:
    """Name the spaces that can be had without the network."""
    names = session.space_names()
    unread = [card.name for card in _held() if card.name not in names]
    return listed([plain(name) for name in [*names, *unread]])
