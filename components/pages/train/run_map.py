"""The map of a run: its words by PCA epoch by epoch, and the final vectors by UMAP.

PCA is fast enough for every epoch; UMAP takes a second, so it is a job, of the final vectors alone.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from components import session
from components.pages.train.aligned_maps import FinalMap, aligned_with_epochs, map_scene
from components.widgets.choice import choice
from components.widgets.faithfulness_figures import LAYOUT_NOTES, sampled_overlap_sentence
from components.widgets.jobs import forget_job, job_card, while_running
from components.widgets.map_job import map_job
from components.widgets.notices import notice
from components.word_map.component import word_map
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


def run_map(run: Run, words: tuple[str, ...], near: tuple[str, ...]) -> None:
    """Draw the map of a run, live or ended; `words` and their nearest ones, `near`, are marked."""
    job = _job(run) if _wanted(run) else None

    def draw() -> None:
        with st.container():  # even an empty one, so that the map keeps its place
            if job is not None:
                job_card(job, key=_PLACE, again=partial(forget_job, _PLACE))
        _draw(run, words, near, _final_map(run, job))

    if run.vectors is None:  # in training: the section around it is drawn again already
        draw()
    else:  # in the same place whether a job runs or not: the browser keeps the map
        while_running(_PLACE, [job] if job is not None else [], draw)


def no_umap(run: Run) -> str | None:
    """Say why a run that has ended has no UMAP; None where it has one."""
    if run.vectors is None:
        return "No UMAP: no vectors were reached."
    if run.shown < FEWEST:
        return f"No UMAP: it needs at least {FEWEST} words, and this text has {run.shown}."
    if run.vectors.shape[1] < 2:
        return "No UMAP: it needs at least 2 dimensions, and these vectors have 1."
    return None


def code_of_map(run: Run) -> str:
    """Return Python that makes the UMAP of `space`; empty where it is not shown."""
    if session.get(LAYOUT) != RESULT or no_umap(run):
        return ""
    return f'\nprint(models.project(space, space.words[:{run.shown}], method="umap"))'


def _wanted(run: Run) -> bool:
    """Draw the choice of the map, for a run that has ended, and tell whether it is UMAP."""
    if run.vectors is None:
        return False
    if why := no_umap(run):
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
    """Return the job of the UMAP: the same that the Map page would submit for these words."""
    try:
        space = session.remember("train-ended", run, lambda: run.space().head(run.shown))
        return map_job(_PLACE, space, run.shown, _OPTIONS, shipped=run.precomputed)
    except EmbeddingError as error:  # the queue takes no more, or the disk
        notice(error, key="train-umap-refused")
        return None


def _final_map(run: Run, job: Job[Any] | None) -> FinalMap | None:
    """Return the UMAP of the last frame; the same object until there is another. Frame 0 is left
    out, as it shows the principal components."""
    if job is None:
        return None
    running, found = job.running, job.partial  # in this order, so that none is missed
    frames: list[Frame] = [frame for frame in found if frame.epoch]
    if not frames:
        return None
    last, made = frames[-1], _OPTIONS.describe(run.shown)
    if not running and last.epoch < last.epochs:
        made += f", stopped at epoch {last.epoch}"
    return session.remember(
        "train-final",
        (run, len(frames), running),
        lambda: FinalMap(aligned_with_epochs(run, last.positions), made),
    )


def _draw(run: Run, words: tuple[str, ...], near: tuple[str, ...], final: FinalMap | None) -> None:
    found = map_scene(run, final)
    if found is None:
        return
    drawn, keyframes = found
    how = "" if final is None else ", by UMAP"
    word_map(
        replace(drawn, query=words, neighbours=near if run.reached else ()),
        keyframes=keyframes,
        height=_HEIGHT,
        label_count=60,
        alt=f"Map of the {count(run.shown)} most frequent words after epoch {run.reached}{how}",
        file_name="vectorscope-training",
        key="train-map",
    )
    if run.vectors is not None:
        mapped = [each.positions for each in run.records if each.positions is not None]
        places = final.places if final is not None else mapped[-1]
        faithfulness = session.remember(
            "train-faithfulness",
            (run, final),
            lambda: sampled_overlap_sentence(run.space().head(run.shown), places),
        )
        st.markdown(faithfulness)
    st.caption(_reading(run, final))


def _reading(run: Run, final: FinalMap | None) -> str:
    marked = "Marked: the words followed and their nearest after the last epoch."
    which = f"The {count(run.shown)} most frequent words"
    if final is not None:
        return (
            f"{which} by {final.described}, of the vectors that the run ended with, turned to lie "
            "as near as they can to where PCA has them; the line under the map goes back to PCA, "
            f"epoch by epoch. {marked} {LAYOUT_NOTES['umap']}"
        )
    return (
        f"{which} on their first two principal components, fitted anew each epoch, turned to lie "
        f"as near as they can to the epoch before, and drawn equally large. {marked}"
    )
