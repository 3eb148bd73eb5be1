"""What does the map become? Two states of it, aligned and played: fewer dimensions, or the same
words in another space."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st

import models
from components import session
from components.pages.map.layout import Shown
from components.pages.map.stability import OF_SPREAD, seconds_for
from components.widgets.exports import foot
from components.widgets.faithfulness_figures import believed, by_name, kept_by_each, trust_frame
from components.widgets.jobs import job_for, job_section
from components.word_map.component import word_map
from components.word_map.layer import Keyframes, MapLayer, Scale
from components.wording import bold, count, plain, roughly
from models.jobs.job import Job
from models.maps.faithfulness import Faithfulness
from models.maps.faithfulness_tasks import map_sizes, map_spaces
from models.maps.map_states import FEWEST, States
from models.maps.umap import UMAP
from models.sources.space_handles import handle_of

MOST = 5_000  # words: a map of more takes too long for a look
_SIZES = (300, 200, 100, 50, 25, 10, 5)
_BETWEEN = 2  # sizes shown between all dimensions and those chosen
_NEAR = 0.05  # of the map's spread: the scale of colours reaches at least so far
_LISTED = 10
_ASKED, _PLACE, _WITH = "states-asked", "states", "states_with"
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
        """Name the vectors, the words and how they are mapped."""
        what = self.sizes or session.open_space(self.other).content_id
        words = hashlib.blake2b("\n".join(self.words).encode(), digest_size=12).hexdigest()
        return f"states of {words} in {self.space.content_id}: {what}, {self.options!r}"

    @property
    def maps(self) -> int:
        """How many are drawn: each state, and the first with another seed."""
        return (len(self.sizes) or 2) + 1


def states(in_use: session.InUse, shown: Shown) -> None:
    """Draw the section: what to compare with, a button that starts it, then the animation."""
    st.subheader("What does the map become?", anchor=False)
    if not shown.settled:
        st.caption("The comparison can begin when the map rests.")
        return
    asked = _choose(in_use, shown)
    if asked is None:
        return
    if session.get(_ASKED) != asked.key:
        _offer(asked, len(shown.rows))
        return
    job_section(_PLACE, _job(asked), partial(_answer, asked), key="states-job")


def choices(full: int, kept: int, name: str) -> dict[str, int | str]:
    """Return what a map can be compared with, by what the control says: sizes below `full`, the
    one `kept` first if it is one, and the other spaces."""
    smaller = [size for size in _SIZES if size < full]
    if kept < full:
        smaller = [kept, *(size for size in smaller if size != kept)]
    sizes: dict[str, int | str] = {f"{size} dimensions": size for size in smaller}
    return sizes | {f"{_SPACE}{other}": other for other in session.space_names() if other != name}


def steps(full: int, chosen: int) -> tuple[int, ...]:
    """Return the sizes of the animation: all, a few between, and the one chosen."""
    between = [size for size in _SIZES if chosen < size < full]
    return (full, *between[-_BETWEEN:], chosen)


def _choose(in_use: session.InUse, shown: Shown) -> Comparison | None:
    space = in_use.published
    offered = choices(space.dimension, in_use.kept.dimension, space.name)
    usual = next((say for say in offered if in_use.is_cut or say == "10 dimensions"), None)
    if usual is None:
        usual = next(iter(offered), None)
    narrow, _ = st.columns([1, 2])
    said = narrow.selectbox(
        f"From all {space.dimension} dimensions to",
        list(offered),
        index=list(offered).index(usual) if usual else None,
        key=_WITH,
        bind="query-params",
    )
    words = session.remember("states-words", shown, lambda: _frequent(shown))
    options = shown.options if isinstance(shown.options, UMAP) else UMAP()
    options = replace(options, dimensions=shown.dimensions)
    target = offered.get(str(said))
    if isinstance(target, int):
        asked = Comparison(space, words, options, sizes=steps(space.dimension, target))
    elif target is not None:
        other = session.open_space(target)
        words = tuple(word for word in words if word in other)
        asked = Comparison(space, words, options, other=target)
    else:
        return None
    if len(words) < FEWEST:
        st.caption(f"States are compared on at least {FEWEST} common words; here {len(words)} are.")
        return None
    return asked


def _frequent(shown: Shown) -> tuple[str, ...]:
    """Return the most frequent words of the map, as many as are compared."""
    if shown.frequent:
        return tuple(shown.words[:MOST])
    rows = np.sort(shown.rows)[:MOST]
    return tuple(shown.space.vocabulary[int(row)] for row in rows)


def _offer(asked: Comparison, total: int) -> None:
    st.button(
        "Draw and compare",
        key="states-start",
        icon=":material/animation:",
        on_click=partial(session.put, _ASKED, asked.key),
    )
    which = f"the {count(len(asked.words))} most frequent words of this map"
    if len(asked.words) == total:
        which = f"the {count(total)} words of this map"
    time = roughly(seconds_for(asked.maps, len(asked.words), asked.options))
    st.caption(
        f"{asked.maps} UMAP maps of {which} take about {time}; one of them is the first drawn on "
        "with another seed, to tell what moves without any reason."
    )


def _job(asked: Comparison) -> Job[States]:
    if asked.sizes:
        function: Any = map_sizes
        what: tuple[Any, ...] = (asked.sizes,)
    else:
        function, what = map_spaces, ()
    handles = [handle_of(asked.space)]
    if asked.other:
        handles.append(handle_of(session.open_space(asked.other)))
    arguments = (*handles, asked.words, *what, asked.options)
    return job_for(
        _PLACE, asked.key, function, *arguments, private=any(handle.private for handle in handles)
    )


def _answer(asked: Comparison, found: States) -> None:
    faithful = by_name(found.names, found.faithful)
    st.markdown(plain(found.reading(), limit=500))
    st.markdown(f"{kept_by_each(faithful)} Each map is held against its own vectors.")
    chart, beside = st.columns([3, 1])
    name = f"states-{asked.key}"
    ranks = asked.space.indices(found.words) + 1
    far = max(_NEAR, float(np.quantile(found.moved, 0.95)))
    end = f"{100 * far:.0f} %"  # all of the legend fits a telephone
    colours = Scale(found.moved, 0.0, far, "moved", low_text="0 %", high_text=end)
    with chart:
        word_map(
            MapLayer(name, found.words, found.positions[0], colours, ranks=ranks),
            keyframes=Keyframes(found.names, found.positions, 0),
            alt=f"The map in {len(found.names)} states, aligned. {found.reading()}",
            file_name="vectorscope-states",
            height=520,
            key="states-map",
        )
    with beside:
        st.markdown(bold("Words that move most"))
        st.dataframe(
            found.to_frame().head(_LISTED).assign(moved=lambda frame: 100 * frame["moved"]),
            key="states-words",
            hide_index=True,
            column_config={"moved": OF_SPREAD},
        )
    st.caption(
        "Each map begins where the one before it ended, so that what moves has a reason; only what "
        "moves further than by another seed counts. A map shows a part of what the dimensions "
        "hold: how many neighbours remain is on the page Dimensions."
    )
    believed(faithful)
    _foot(asked, found, faithful)


def _foot(asked: Comparison, found: States, faithful: dict[str, Faithfulness]) -> None:
    foot(
        f"{count(len(found.words))} words of {plain(asked.space.title)}; "
        f"{plain(found.described, limit=300)}. All dimensions are the vectors as published; fewer "
        "are kept by PCA, which centres them.",
        tables={
            "movement between states": found.to_frame(),
            "trust in the maps of states": lambda: trust_frame(faithful),
        },
        code=_code(asked),
        key="states",
    )


def _code(asked: Comparison) -> str:
    lines = [
        "import models",
        "from models.maps.umap import UMAP",
        "from models.maps.map_states import states_of",
        "",
        f"space = {session.loading_code(asked.space.name)}",
    ]
    first = asked.words == tuple(asked.space.vocabulary.chunk(0, len(asked.words)))
    if first:
        lines.append(f"words = space.vocabulary.chunk(0, {len(asked.words)})  # the most frequent")
    else:
        lines.append(f"words = [...]  # the {count(len(asked.words))} words, to be had as CSV")
    if asked.sizes:
        lines.append(
            "spaces = [space, *(models.reduce(space, dimension=d) for d in "
            f"{list(asked.sizes[1:])})]"
        )
        names = [f"{size} dimensions" for size in asked.sizes]
    else:
        lines.append(f"spaces = [space, {session.loading_code(asked.other)}]")
        names = [asked.space.name, asked.other]
    lines.append(f"found = states_of(spaces, words, {names!r}, {asked.options!r})")
    return "\n".join([*lines, "print(found.reading(), found.to_frame())", ""])
