"""Sets of the catalogue among the options of the sidebar's picker of spaces: those on this machine,
and Google News by one click.

A set that has to be downloaded or read is prepared by a job, once for all visitors. Until it is
ready, and where that fails, the space that was in use stays in use.
"""

import time
from dataclasses import dataclass, field

import streamlit as st

from components import session
from components.widgets.jobs import forget_job, job_card, job_for, while_running
from components.widgets.notices import notice
from components.wording import listed, plain
from models.errors import EmbeddingError
from models.jobs.job import Job
from models.sources.catalogue import (
    FIRST,
    cards,
    downloaded_sets,
    fetch_set,
    is_ready,
    name_of,
    open_set,
    parse_name,
    settings,
)
from models.sources.catalogue_facts import entry
from models.space import SpaceCard

SET = "word2vec-google-news-300"
NAME = name_of(SET, FIRST)
ENTRY = f"{entry(SET).title}, needs the network once"
_PLACE = "catalogue-picker"
_REQUEST, _PROBLEM, _IN_USE = "picker-request", "picker-problem", "picker-in-use"
_LINK_READ = "picker-link-read"
_SAME = 60.0  # seconds within which visitors who ask for the same set share a job


@dataclass(frozen=True)
class Request:
    """A request for the `first` words of the set `name`, None for all, and its minute: a later one
    is another job, as what this one has fetched may have been deleted."""

    name: str
    first: int | None
    minute: int = field(default_factory=lambda: int(time.time() // _SAME))

    def job(self, place: str) -> Job[None]:
        """Return the job that downloads and reads the set, submitted at the first call. Raises
        Refused where the queue is full."""
        variables = settings()
        key = f"catalogue {self} {variables}"
        return job_for(place, key, fetch_set, self.name, self.first, variables)


def options() -> list[str]:
    """Return the options of the picker: all spaces, sets on this machine that are not read yet, and
    the entry for Google News. Call it before the picker is drawn: it sets the picker to what the
    link names, what a job has prepared or what a page has requested."""
    _open_linked()
    _open_fetched()
    names = session.space_names()
    if (wanted := session.requested_space()) in names:
        session.put("space", wanted)
    _keep_open()
    names = session.space_names()
    requested = _requested_name()  # is offered once it is ready
    names += [card.name for card in _cards() if card.name not in (*names, requested)]
    return names if NAME in names else [*names, ENTRY]


def on_pick() -> None:
    """The picker's callback: where the option is a set that is not ready, the space that was in use
    stays until it is."""
    name = session.get("space")
    session.put(_PROBLEM, None)
    found = _set_of(name)
    if found is not None:
        session.put("space", session.get(_IN_USE, session.DEFAULT_SPACE))
        use_set(*found)


def use_set(name: str, first: int | None) -> None:
    """Use the `first` words of a set (None: all), as soon as a job has prepared it where it is not
    ready. Call it from a callback, or before the picker is drawn."""
    forget_job(_PLACE)
    session.put(_PROBLEM, None)
    try:
        if is_ready(name, first):
            session.put("space", open_set(name, first).name)
        else:
            session.put(_REQUEST, Request(name, first))
    except EmbeddingError as error:
        _fail(error)


def is_awaited(name: str) -> bool:
    """Whether `name` is the option for Google News, or that of a set being prepared."""
    return name in (NAME, ENTRY, _requested_name())


def draw_progress(in_use: str) -> None:
    """Draw the progress of the job that prepares a set, or why it failed; nothing without one.
    Remembers the space that is `in_use` meanwhile."""
    session.put(_IN_USE, in_use)
    problem: EmbeddingError | None = session.get(_PROBLEM)
    if problem is not None:
        notice(problem, key="picker")
        on_machine = dict.fromkeys([*session.space_names(), *(card.name for card in _cards())])
        names = listed([plain(name) for name in on_machine])
        st.caption(f"{plain(in_use)} stays in use. Already here: {names}.")
    request: Request | None = session.get(_REQUEST)
    if request is None:
        return
    job = _job(request)
    if job is None:
        st.rerun()

    def draw() -> None:
        again = lambda: use_set(request.name, request.first)  # noqa: E731
        job_card(job, key="picker", again=again, narrow=True)

    while_running(_PLACE, [job], draw)
    if not job.running:
        st.rerun()
    title = plain(entry(request.name).title)
    st.caption(f"{title} is on its way; {plain(in_use)} is shown until then.")


def _open_linked() -> None:
    """Use the set that the link of this visit names, once; Google News is downloaded for it."""
    if session.get(_LINK_READ):
        return
    session.put(_LINK_READ, True)
    linked = session.read_link("space")
    found = _set_of(linked)
    on_machine = (NAME, ENTRY, *(card.name for card in _cards()))
    if found is not None and linked in on_machine:
        use_set(*found)


def _open_fetched() -> None:
    """Use the set that a job has prepared, or note why it failed."""
    request: Request | None = session.get(_REQUEST)
    job = _job(request) if request is not None else None
    if request is None or job is None or job.running:
        return
    if job.done:
        session.put(_REQUEST, None)
        try:
            session.put("space", open_set(request.name, request.first).name)
        except EmbeddingError as error:
            _fail(error)
    elif job.cancelled:
        _fail(EmbeddingError("Stopped. What has come stays, and the next attempt goes on there."))
    elif isinstance(job.error, EmbeddingError):
        _fail(job.error)
    else:
        _fail(EmbeddingError("It could not be fetched, by an error that is in the log."))


def _keep_open() -> None:
    """Open the set in use again: it may have been evicted from memory or disk since."""
    in_use = session.get(_IN_USE)
    found = _set_of(in_use)
    if found is None or session.get("space") != in_use:
        return
    name, first = found
    try:
        if first in downloaded_sets().get(name, []) and not is_ready(name, first):
            session.put("space", session.DEFAULT_SPACE)
            use_set(name, first)
        else:
            open_set(name, first)
    except EmbeddingError as error:
        session.put("space", session.DEFAULT_SPACE)
        _fail(error)


def _set_of(name: str | None) -> tuple[str, int | None] | None:
    """Return the set that `name` means, where it is not a space of the visitor's own."""
    if name == ENTRY:
        return SET, FIRST
    return None if name is None or name in session.own_spaces() else parse_name(name)


def _job(request: Request) -> Job[None] | None:
    try:
        return request.job(_PLACE)
    except EmbeddingError as error:  # the queue takes no more
        _fail(error)
        return None


def _fail(error: EmbeddingError) -> None:
    session.put(_REQUEST, None)
    session.put(_PROBLEM, error)


def _requested_name() -> str | None:
    request: Request | None = session.get(_REQUEST)
    return name_of(request.name, request.first) if request is not None else None


def _cards() -> list[SpaceCard]:
    """Return the cards of the sets on this machine; none where the server is set up wrongly, which
    is reported to whoever asks for a set."""
    try:
        return cards()
    except EmbeddingError:
        return []
