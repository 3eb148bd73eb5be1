"""What does the map become? Several states of it, aligned and played: fewer dimensions, or the same
words in another space."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st

import models
from components import session
from components.pages.map.animation import animation, seconds_for
from components.pages.map.layout import MapLayout
from components.widgets.jobs import job_for, job_section
from components.word_map.scene import Scale
from components.wording import count, plain, roughly
from models.jobs.job import Job
from models.maps.map_states import FEWEST, MapStates
from models.maps.tasks import map_states_of_sizes, map_states_of_spaces
from models.maps.umap import UMAP
from models.sources.space_handles import handle_of

MOST = 5_000  # words: a map of more takes too long for a look
_SIZES = (300, 200, 100, 50, 25, 10, 5)
_BETWEEN = 2  # sizes shown between all dimensions and those chosen
_NEAR = 0.05  # of the map's spread: the scale of colours reaches at least so far
_REQUESTED, _PLACE, _WITH = "states-asked", "states", "states_with"
_SPACE = "the space "


@dataclass(frozen=True)
class Comparison:
    """What the map is compared with: `sizes`, from all dimensions to few, or the space `other`."""

    space: models.EmbeddingSpace
    words: tuple[str, ...]
    options: UMAP
    sizes: tuple[int, ...] = ()
    other: str = ""

    @cached_property
    def key(self) -> str:
        """A name of the vectors, the words and the options."""
        what = self.sizes or session.open_space(self.other).content_id
        words = hashlib.blake2b("\n".join(self.words).encode(), digest_size=12).hexdigest()
        return f"states of {words} in {self.space.content_id}: {what}, {self.options!r}"

    @property
    def maps(self) -> int:
        """How many are drawn: each state, and the first with another seed."""
        return (len(self.sizes) or 2) + 1

    def job(self) -> Job[MapStates]:
        """Return the job that draws the states, started with the first call."""
        function: Any = map_states_of_sizes if self.sizes else map_states_of_spaces
        spaces = [self.space, *([session.open_space(self.other)] if self.other else [])]
        handles = [handle_of(space) for space in spaces]
        sizes = (self.sizes,) if self.sizes else ()
        arguments = (*handles, self.words, *sizes, self.options)
        private = any(handle.private for handle in handles)
        return job_for(_PLACE, self.key, function, *arguments, private=private)

    def code(self) -> str:
        """Return Python that draws the states."""
        words = f"[...]  # the {count(len(self.words))} words, to be had as CSV"
        if self.words == tuple(self.space.vocabulary.chunk(0, len(self.words))):
            words = f"space.vocabulary.chunk(0, {len(self.words)})  # the most frequent"
        if self.sizes:
            smaller = list(self.sizes[1:])
            spaces = f"*(models.reduce(space, dimension=d) for d in {smaller})"
            names = [f"{size} dimensions" for size in self.sizes]
        else:
            spaces = session.loading_code(self.other)
            names = [self.space.name, self.other]
        return (
            "import models\n"
            "from models.maps.umap import UMAP\n"
            "from models.maps.map_states import map_states\n\n"
            f"space = {session.loading_code(self.space.name)}\n"
            f"words = {words}\n"
            f"spaces = [space, {spaces}]\n"
            f"found = map_states(spaces, words, {names!r}, {self.options!r})\n"
            "print(found.reading(), found.to_frame())\n"
        )


def map_states(in_use: session.InUse, layout: MapLayout) -> None:
    """Draw the section: what to compare with, a button that starts the job, then the animation."""
    st.subheader("What does the map become?", anchor=False)
    if not layout.settled:
        st.caption("The comparison can begin when the map rests.")
        return
    comparison = _choose(in_use, layout)
    if comparison is None:
        return
    if session.get(_REQUESTED) != comparison.key:
        _offer(comparison, len(layout.rows))
        return
    job_section(_PLACE, comparison.job(), partial(_answer, comparison), key="states-job")


def choices(full: int, reduced: int, name: str) -> dict[str, int | str]:
    """Return what a map can be compared with, by its label: sizes below `full`, first the `reduced`
    one that is in use, and the other spaces."""
    smaller = [size for size in _SIZES if size < full]
    if reduced < full:
        smaller = [reduced, *(size for size in smaller if size != reduced)]
    sizes: dict[str, int | str] = {f"{size} dimensions": size for size in smaller}
    return sizes | {f"{_SPACE}{other}": other for other in session.space_names() if other != name}


def steps(full: int, chosen: int) -> tuple[int, ...]:
    """Return the sizes of the animation: all, a few between, and the one chosen."""
    between = [size for size in _SIZES if chosen < size < full]
    return (full, *between[-_BETWEEN:], chosen)


def _choose(in_use: session.InUse, layout: MapLayout) -> Comparison | None:
    space = in_use.published
    offered = choices(space.dimension, in_use.kept.dimension, space.name)
    first = next(iter(offered), None)
    usual = next((label for label in offered if in_use.is_cut or label == "10 dimensions"), first)
    narrow, _ = st.columns([1, 2])
    chosen = narrow.selectbox(
        f"From all {space.dimension} dimensions to",
        list(offered),
        index=list(offered).index(usual) if usual else None,
        key=_WITH,
        bind="query-params",
    )
    words = session.remember("states-words", layout, lambda: _frequent(layout))
    options = layout.options if isinstance(layout.options, UMAP) else UMAP()
    options = replace(options, dimensions=layout.dimensions)
    target = offered.get(str(chosen))
    if isinstance(target, int):
        comparison = Comparison(space, words, options, sizes=steps(space.dimension, target))
    elif target is not None:
        other = session.open_space(target)
        words = tuple(word for word in words if word in other)
        comparison = Comparison(space, words, options, other=target)
    else:
        return None
    if len(words) < FEWEST:
        st.caption(f"States are compared on at least {FEWEST} common words; here {len(words)} are.")
        return None
    return comparison


def _frequent(layout: MapLayout) -> tuple[str, ...]:
    """Return the most frequent words of the map, as many as are compared."""
    if layout.frequent:
        return tuple(layout.words[:MOST])
    rows = np.sort(layout.rows)[:MOST]
    return tuple(layout.space.vocabulary[int(row)] for row in rows)


def _offer(comparison: Comparison, total: int) -> None:
    st.button(
        "Draw and compare",
        key="states-start",
        icon=":material/animation:",
        on_click=partial(session.put, _REQUESTED, comparison.key),
    )
    which = f"the {count(len(comparison.words))} most frequent words of this map"
    if len(comparison.words) == total:
        which = f"the {count(total)} words of this map"
    time = roughly(seconds_for(comparison.maps, len(comparison.words), comparison.options))
    st.caption(
        f"{comparison.maps} UMAP maps of {which} take about {time}; one of them is the first drawn "
        "on with another seed, to tell what moves without any reason."
    )


def _answer(comparison: Comparison, found: MapStates) -> None:
    st.markdown(plain(found.reading(), limit=500))
    far = max(_NEAR, float(np.quantile(found.moved, 0.95)))
    end = f"{100 * far:.0f} %"  # all of the legend fits a telephone
    colours = Scale(found.moved, 0.0, far, "moved", low_text="0 %", high_text=end)
    animation(
        found,
        found.names,
        colours,
        rows=comparison.space.indices(found.words),
        map_id=comparison.key,
        kind="states",
        note="Each map is held against its own vectors.",
        caption="Each map begins where the one before it ended, so that what moves has a reason; "
        "only what moves further than by another seed counts. A map shows a part of what the "
        "dimensions hold: how many neighbours remain is on the page Dimensions.",
        described=f"{count(len(found.words))} words of {plain(comparison.space.title)}; "
        f"{plain(found.described, limit=300)}. All dimensions are the vectors as published; fewer "
        "are kept by PCA, which centres them.",
        code=comparison.code(),
        key="states",
    )
