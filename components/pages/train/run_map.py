"""The map of a run: its words epoch by epoch, and at the end by UMAP.

The principal components can be had of every epoch at once and in one frame; UMAP takes a second, so
it is a job, of the vectors that the run ended with. The points travel to it.
"""

from functools import partial
from typing import Any

import streamlit as st

from components import session
from components.pages.map.foot import READINGS
from components.pages.train.aligned_frames import Ending, in_frame, layer
from components.widgets.choice import choice
from components.widgets.faithfulness_figures import sentence_of
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.map_job import map_job
from components.widgets.notices import notice
from components.word_map.component import word_map
from components.word_map.layer import Highlights
from components.wording import count
from models.errors import EmbeddingError
from models.jobs.job import Job
from models.maps.frames import Frame
from models.maps.projection import FEWEST
from models.maps.umap import UMAP
from models.training.run import Run

EPOCHS, RESULT = "PCA, epoch by epoch", "UMAP of the result"
LAYOUT = "train-layout"  # the key of the control
_PLACE = "train-umap"
_OPTIONS = UMAP()
_HEIGHT = 560


def show_ending() -> None:
    """Let the map go on to UMAP: a run has ended."""
    session.put(LAYOUT, RESULT)


def run_map(run: Run, words: tuple[str, ...], near: tuple[str, ...]) -> None:
    """Draw the map of a run, live or over; `words` and what is `near` them are marked."""
    job = _job(run) if _wanted(run) else None

    def draw() -> None:
        with st.container():  # there when it is empty too, so that the map keeps its place
            if job is not None:
                job_card(job, key=_PLACE, again=partial(forget_job, _PLACE))
        _draw(run, words, near, _ending(run, job))

    if run.vectors is None:  # live: what is around it is drawn again already
        draw()
    else:  # in the same place whether a job runs or not, or the map would begin anew
        while_running(_PLACE, [job] if job is not None else [], draw)


def lacking(run: Run) -> str | None:
    """Say why there can be no UMAP of a run that is over; None where there can."""
    if run.vectors is None:
        return "No UMAP: no vectors were reached."
    if run.shown < FEWEST:
        return f"No UMAP: it needs at least {FEWEST} words, and this text has {run.shown}."
    if run.vectors.shape[1] < 2:
        return "No UMAP: it needs at least 2 dimensions, and these vectors have 1."
    return None


def code_of_map(run: Run) -> str:
    """Return Python that lays `space` out as the map ends; empty where that is not shown."""
    if session.get(LAYOUT) != RESULT or lacking(run):
        return ""
    return f'\nprint(models.project(space, space.words[:{run.shown}], method="umap"))'


def _wanted(run: Run) -> bool:
    """Draw the choice of the map, for a run that is over, and tell whether it is UMAP."""
    if run.vectors is None:
        return False
    if why := lacking(run):
        st.caption(why)
        return False
    chosen = choice(
        "Map",
        [EPOCHS, RESULT],
        key=LAYOUT,
        help="PCA can be compared from epoch to epoch. UMAP keeps neighbours together: it is laid "
        "out of the vectors that the run ended with, and turned to lie as near as it can to PCA.",
    )
    return chosen == RESULT


def _job(run: Run) -> Job[Any] | None:
    """Return the job of the UMAP, the one that the Map page would ask for of these words."""
    try:
        space = session.remember("train-ended", run, lambda: run.space().head(run.shown))
        return map_job(_PLACE, space, run.shown, _OPTIONS, shipped=run.precomputed)
    except EmbeddingError as error:  # the queue takes no more, or the disk
        notice(error, key="train-umap-refused")
        return None


def _ending(run: Run, job: Job[Any] | None) -> Ending | None:
    """Return the UMAP as far as it is; the same object until it has moved. Its own start is left
    out: it is the principal components once more."""
    if job is None:
        return None
    running, found = job.running, job.partial  # in this order: then it is the last
    frames: list[Frame] = [frame for frame in found if frame.epoch]
    if not frames:
        return None
    last, made = frames[-1], _OPTIONS.describe(run.shown)
    if not running and last.epoch < last.epochs:
        made += f", stopped at epoch {last.epoch}"

    def make() -> Ending:
        return Ending(in_frame(run, last.positions), made)

    return session.remember("train-ending", (run, len(frames), running), make)


def _draw(run: Run, words: tuple[str, ...], near: tuple[str, ...], ending: Ending | None) -> None:
    found = layer(run, ending)
    if found is None:
        return
    drawn, keyframes = found
    how = "" if ending is None else ", by UMAP"
    word_map(
        drawn,
        highlights=Highlights(query=words, neighbours=near if run.reached else ()),
        keyframes=keyframes,
        height=_HEIGHT,
        label_count=60,
        alt=f"Map of the {count(run.shown)} most frequent words after epoch {run.reached}{how}",
        file_name="vectorscope-training",
        key="train-map",
    )
    _believed(run, ending)
    st.caption(_reading(run, ending))


def _believed(run: Run, ending: Ending | None) -> None:
    """Say how far the map of a run that is over can be believed, at its last stop."""
    if run.vectors is None:
        return
    glimpsed = [each.positions for each in run.glimpses if each.positions is not None]
    places = ending.places if ending is not None else glimpsed[-1]
    st.markdown(
        session.remember(
            "train-believed",
            (run, ending),
            lambda: sentence_of(run.space().head(run.shown), places),
        )
    )


def _reading(run: Run, ending: Ending | None) -> str:
    marked = "Marked: the words followed and their nearest after the last epoch."
    which = f"The {count(run.shown)} most frequent words"
    if ending is not None:
        return (
            f"{which} by {ending.described}, of the vectors that the run ended with, turned to lie "
            "as near as they can to where PCA has them; the line under the map goes back to PCA, "
            f"epoch by epoch. {marked} {READINGS['umap']}"
        )
    return (
        f"{which} on their first two principal components, fitted anew each epoch, turned to lie "
        f"as near as they can to the epoch before, and drawn equally large. {marked}"
    )
