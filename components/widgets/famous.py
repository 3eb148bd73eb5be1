"""One entry more in the space picker: 50,000 words of Google News, fetched by one click.

They come from the network once and are everybody's from then on. Until they are here, and where
they cannot come, the space that was in use stays in use.
"""

import streamlit as st

from components import session
from components.widgets.fetching import Wanted, fetching, use_set
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.notices import notice
from components.wording import listed, plain
from models.errors import EmbeddingError
from models.sources.catalogue import FIRST, all_here, entries, entry, name_of

SET = "word2vec-google-news-300"
NAME = name_of(SET, FIRST)
ENTRY = f"{entry(SET).title}, needs the network once"
_PLACE = "famous-fetch"
_WANTED, _PROBLEM, _BEFORE = "famous-wanted", "famous-problem", "famous-before"
_HEEDED = "famous-link-heeded"


def offered() -> list[str]:
    """Return the names of all spaces and, where it is not among them, the entry. Call it before
    the picker is drawn: what a link names, or what has come, is opened here."""
    _heed_link()
    _heed_job()
    names = session.space_names()
    if NAME in names:
        return names
    return [*names, NAME if FIRST in _held().get(SET, []) else ENTRY]


def chosen() -> None:
    """The picker's callback: open the entry or begin to fetch it, and go back to what was in use
    until it is here."""
    name = session.get("space")
    session.put(_PROBLEM, None)
    if name in (NAME, ENTRY) and NAME not in session.own_spaces():
        session.put("space", session.get(_BEFORE, session.DEFAULT_SPACE))
        _want()


def missing(name: str) -> bool:
    """Whether a link that names the space `name` means a set that has to be fetched."""
    return any(name.startswith(known.name) for known in entries())


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
        job_card(job, key="famous", again=_want, narrow=True)

    while_running(_PLACE, [job], draw)
    if not job.running:
        st.rerun()
    st.caption(f"{plain(entry(SET).title)} is on its way; {plain(in_use)} is shown until then.")


def _want() -> None:
    """Use the set where it is here, and have it fetched where it is not."""
    forget_job(_PLACE)
    session.put(_PROBLEM, None)
    if FIRST in _held().get(SET, []):
        _use()
    else:
        session.put(_WANTED, Wanted.now(SET, FIRST))


def _heed_link() -> None:
    """Open or fetch what the link of this visit names, once. Any set that is here opens."""
    if session.get(_HEEDED):
        return
    session.put(_HEEDED, True)
    asked = session.read_link("space")
    if asked in (NAME, ENTRY):
        _want()
    for name, parts in _held().items():
        for first in parts:
            if asked == name_of(name, first) != NAME:
                _use(name, first)


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
        _use()
    elif job.cancelled:
        _fail(EmbeddingError("Stopped. What has come stays, and the next attempt goes on there."))
    elif isinstance(job.error, EmbeddingError):
        _fail(job.error)
    else:
        _fail(EmbeddingError("It could not be fetched, by an error that is in the log."))


def _use(name: str = SET, first: int | None = FIRST) -> None:
    try:
        session.put("space", use_set(name, first))
    except EmbeddingError as error:
        _fail(error)


def _fail(error: EmbeddingError) -> None:
    session.put(_WANTED, None)
    session.put(_PROBLEM, error)


def _held() -> dict[str, list[int | None]]:
    """Return what of each set is here; nothing where the server is not set up for it."""
    try:
        return all_here()
    except EmbeddingError:  # told to who asks for a set
        return {}


def _already_here() -> str:
    """Name the spaces that can be had without the network."""
    fetched = [plain(entry(name).title) for name in _held() if name != SET]
    return listed([*(plain(name) for name in session.space_names()), *fetched])
