"""How is this server doing?

Its memory against the limit, open pages and jobs, versions and settings. For whoever runs it, and
for a visitor who wonders why something waits.
"""

import json

import pandas as pd
import streamlit as st

from components.pages.server import health
from components.pages.server.health import held_sentence, held_table
from components.streamlit_internals import connected_pages
from components.widgets.exports import foot
from components.widgets.notices import notice
from components.wording import count, size
from models.errors import EmbeddingError
from models.runtime import memory
from models.runtime.budget import budget
from models.runtime.threads import blas_threads

_EVERY = 3.0  # seconds after which the figures are read again
_CODE = """from models.runtime.budget import budget
from models.runtime.memory import Limits, in_use

print(in_use(), Limits.read())
for holding in budget().holdings():
    print(holding)"""


def render() -> None:
    """Draw the page."""
    st.title("How is this server doing?")
    paused = st.toggle(
        "Pause",
        key="server-paused",
        help=f"The figures are read anew every {_EVERY:.0f} seconds as long as this is off.",
    )
    st.fragment(_now, run_every=None if paused else _EVERY)()
    st.subheader("Limits")
    _table(health.limits())
    st.subheader("Versions")
    _table(health.versions())
    foot(
        "Figures of the server’s own process as of the moment when they are read. Of what visitors "
        "bring or make, only the sum is known here.",
        tables={
            "memory": _memory,
            "what is held": lambda: held_table(budget().holdings()),
            "limits": health.limits,
            "versions": health.versions,
        },
        code=_CODE,
        key="server",
    )
    st.download_button(
        "Download JSON",
        data=_json,
        file_name="vectorscope-server.json",
        mime="application/json",
        on_click="ignore",
        key="server-json",
        icon=":material/download:",
    )


def _now() -> None:
    try:
        work: health.Work | None = health.work()
    except EmbeddingError as error:
        notice(error, key="server")
        work = None
    _answer(work)
    _meters(work)
    _figures(work)
    holdings = budget().holdings()
    st.subheader("What is held")
    _table(_readable(held_table(holdings)))
    st.caption(
        f"{held_sentence(holdings)}. Each byte counts once, though several things may share it. "
        "When memory runs short, what was not used for longest is dropped first, and made again "
        "when somebody asks for it."
    )


def _answer(work: health.Work | None) -> None:
    usage, limits = memory.in_use(), memory.Limits.read()
    verdict = "within its budget" if usage.own <= limits.own else "**above its budget**"
    jobs = ""
    if work is not None and (work.running or work.waiting):
        verb = "job is" if work.running == 1 else "jobs are"
        jobs = f"**{count(work.running)}** {verb} running, **{count(work.waiting)}** waiting."
    elif work is not None:
        jobs = "No job is running or waiting."
    st.markdown(
        f"The server holds **{size(usage.own)}** of its own memory, {verdict} of "
        f"{size(limits.own)}. {jobs}"
    )


def _meters(work: health.Work | None) -> None:
    for name, used, limit in _measured(work):
        if used is not None and limit:
            st.progress(min(1.0, used / limit), text=f"{name}: {size(used)} of {size(limit)}")
        elif used is not None:
            st.caption(f"{name}: {size(used)}, no limit is known.")


def _measured(work: health.Work | None) -> list[tuple[str, float | None, float | None]]:
    """Return name, bytes used and bytes allowed of every meter."""
    usage, limits = memory.in_use(), memory.Limits.read()
    total = usage.own + (usage.mapped or 0)
    own = "Own memory, the most there was" if usage.peak else "Own memory"
    found: list[tuple[str, float | None, float | None]] = [
        (own, usage.own, limits.own),
        ("With mapped files, which the system can take back", total, limits.total),
    ]
    if work is not None and work.memory:
        found.append(("The process that computes", work.memory, health.job_memory()))
    if memory.allowed():
        everything = total + ((work.memory or 0) if work is not None else 0)
        found.append(("All of it, of what the platform allows", everything, memory.allowed()))
    return found


def _figures(work: health.Work | None) -> None:
    visitors = connected_pages()
    figures = {
        "Running for": _span(health.uptime()),
        "Pages open now": "unknown" if visitors is None else count(visitors),
        "Cores": count(health.cores()),
        "BLAS threads": count(blas_threads() or 1),
    }
    if work is not None:
        figures |= {
            "Jobs running": count(work.running),
            "Jobs waiting": count(work.waiting),
            "Results kept": size(work.kept_bytes),
            "Worker": work.state,
        }
    with st.container(horizontal=True, key="server-figures"):
        for name, value in figures.items():
            st.metric(name, value, width="content")


def _span(duration: float) -> str:
    """A duration of any length: 40 s, 12 min, 3 h 5 min, 2 days 3 h."""
    minutes, hours = int(duration // 60), int(duration // 3600)
    if minutes < 2:
        return f"{duration:.0f} s"
    if hours < 1:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days {hours % 24} h"


def _memory() -> pd.DataFrame:
    try:
        work: health.Work | None = health.work()
    except EmbeddingError:
        work = None
    return pd.DataFrame(_measured(work), columns=["what", "bytes", "bytes allowed"])


def _readable(held: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Space": held["space"],
            "What": held["what"],
            "Things": held["things"],
            "Own memory": [size(number) for number in held["own bytes"]],
            "Mapped files": [size(number) for number in held["mapped bytes"]],
            "Last used": [
                "" if pd.isna(idle) else f"{_span(float(idle))} ago"
                for idle in held["seconds since use"]
            ],
        }
    )


def _json() -> str:
    tables = {
        "memory": _memory(),
        "held": held_table(budget().holdings()),
        "limits": health.limits(),
        "versions": health.versions(),
    }
    found = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
    found["uptime seconds"] = round(health.uptime())
    found["pages open"] = connected_pages()
    return json.dumps(found, indent=2)


def _table(frame: pd.DataFrame) -> None:
    st.dataframe(frame.rename(columns=str.capitalize), hide_index=True, width="stretch")


render()
