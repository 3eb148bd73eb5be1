"""The catalogue: well-known vectors, downloaded when a visitor asks for them."""

import pandas as pd
import streamlit as st

from components import session
from components.widgets import catalogue_picker
from components.widgets.catalogue_picker import Request
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.notices import notice
from components.wording import count, plain, size
from models.errors import EmbeddingError
from models.sources.catalogue import FIRST, check, downloaded_sets
from models.sources.catalogue_facts import Entry, entries, entry

_PLACE = "library-fetch"
_REQUEST = "library-request"  # the set that is being downloaded
_ALL = 0
_PARTS = (20_000, FIRST, 100_000, _ALL)


def catalogue() -> None:
    """Draw the table of sets, the choice of one, and the progress of its download."""
    st.dataframe(
        table(),
        hide_index=True,
        width="stretch",
        height=220,
        key="library-catalogue",
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in ("words", "download, MB", "in memory, MB")
        },
    )
    left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
    name = left.selectbox(
        "Vectors",
        [known.name for known in entries()],
        key="library-set",
        format_func=lambda name: entry(name).title,
    )
    known = entry(str(name))
    parts = [part for part in _PARTS if known.ordered and part < known.words] or [_ALL]
    chosen = middle.selectbox(
        "Words",
        parts,
        index=parts.index(FIRST) if FIRST in parts else 0,
        key=f"library-part-{known.name}",
        format_func=lambda part: _part(known, part or None),
        help="The file begins with the most frequent words: only its beginning is fetched.",
    )
    part = int(chosen) if chosen in parts and chosen != _ALL else None
    available = part in downloaded_sets().get(known.name, [])
    refusal: EmbeddingError | None = None
    try:
        check(known.name, part)
    except EmbeddingError as error:
        refusal = error
    right.button(
        "Use it" if available else "Fetch",
        type="primary",
        icon=":material/check:" if available else ":material/cloud_download:",
        disabled=refusal is not None,
        on_click=catalogue_picker.use_set if available else _fetch,
        args=(known.name, part),
        key="library-fetch-button",
        width="stretch",
    )
    _about(known, part, available)
    if refusal is not None:
        notice(refusal, key="library-refused")
    if session.get(_REQUEST) is not None:
        _progress(session.get(_REQUEST))


def table() -> pd.DataFrame:
    """Return a row for each set."""
    on_machine = downloaded_sets()
    rows = [
        {
            "vectors": known.title,
            "words": known.words,
            "dimensions": known.dimension,
            "download, MB": round(known.bytes / 1e6),
            "in memory, MB": round(4 * known.words * known.dimension / 1e6),
            "here": ", ".join(
                "all" if part is None else f"first {count(part)}"
                for part in on_machine.get(known.name, ())
            )
            or "needs the network",
            "licence": known.licence,
        }
        for known in entries()
    ]
    return pd.DataFrame(rows)


def _part(known: Entry, part: int | None) -> str:
    if part is None:
        return f"All {count(known.words)}, {size(known.bytes)}"
    return f"The {count(part)} most frequent, about {size(known.download_bytes(part))}"


def _about(known: Entry, part: int | None, available: bool) -> None:
    where = "It is on this machine." if available else "It needs the network once."
    checked = (
        "the checksum published with the set (MD5) is checked"
        if part is None
        else "only the beginning of the file comes, so that its checksum cannot be checked"
    )
    order = "" if known.ordered else " Its words stand in alphabetical order, so it comes whole."
    st.caption(
        f"{where} {plain(known.source, limit=200)}. Licence: {plain(known.licence, limit=100)}. "
        f"From the releases of gensim-data; the data file alone is fetched, and {checked}.{order} "
        "What has come stays on this machine: more words later fetch the rest alone. "
        f"[Source]({known.url})"
    )


def _fetch(name: str, part: int | None) -> None:
    forget_job(_PLACE)
    session.put(_REQUEST, Request(name, part))


def _progress(request: Request) -> None:
    try:
        job = request.job(_PLACE)
    except EmbeddingError as error:  # the queue takes no more
        notice(error, key="library-queue")
        session.put(_REQUEST, None)
        return

    def draw() -> None:
        if isinstance(job.error, EmbeddingError):
            notice(job.error, key="library-fetch")
            again = (request.name, request.first)
            st.button("Try again", key="library-again", on_click=_fetch, args=again)
        elif not job.done:
            job_card(job, key="library-fetch", again=lambda: forget_job(_PLACE))
        else:
            st.success(f"{plain(entry(request.name).title)} is here.", icon=":material/check:")

    while_running(_PLACE, [job], draw)
    if job.done:
        session.put(_REQUEST, None)
        st.rerun()
