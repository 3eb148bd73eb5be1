"""Would another seed have drawn another map? The same map by several seeds, aligned and played."""

from functools import partial

import streamlit as st

from components import session
from components.pages.map.animation import animation, seconds_for
from components.pages.map.code import code_of
from components.pages.map.layout import MapLayout
from components.widgets.jobs import job_for, job_section
from components.word_map.scene import Scale
from components.wording import count, plain, roughly
from models.jobs.job import Job
from models.maps.align import Stability
from models.maps.faithfulness import map_digest
from models.maps.tasks import handle_of_words, measure_stability
from models.maps.umap import UMAP, UMAP_LEARN
from models.sources.space_handles import is_shared
from models.space import EmbeddingSpace

COLOUR = "movement between seeds"  # what “Colour by” calls movement_colours()
FEWEST = 10  # words of a map whose movement says anything
_REQUESTED, _PLACE = "stability-asked", "stability"
_SEEDS, _FEWER, _MANY = 5, 3, 10_000  # maps drawn, and how many of more words than that
_COMPUTED_BEFORE = " The map above was computed beforehand; these are drawn anew."
_UNSURE = 0.25  # of the map's spread: the position of a word that moves further means little


def movement_colours(layout: MapLayout) -> Scale | None:
    """Return how far each word of the map moves from seed to seed, as a colour; None unless
    stability() has measured it for this very map. Starts nothing."""
    if not is_measurable(layout) or session.get(_REQUESTED) != _digest(layout):
        return None
    job = _job(layout)
    return _colours(job.result()) if job.done else None


def is_measurable(layout: MapLayout) -> bool:
    """Tell whether the map has settled and can be drawn with other seeds."""
    return layout.settled and _why_not(layout) is None and len(layout.rows) >= FEWEST


def stability(layout: MapLayout) -> None:
    """Draw the section: a button that starts the job, then its result."""
    st.subheader("Would another seed have drawn another map?", anchor=False)
    why_not = _why_not(layout)
    if why_not is not None:
        st.caption(why_not)
        return
    if not layout.settled:
        st.caption("The figures come when the map rests.")
        return
    if not is_measurable(layout):
        st.caption(f"A map of at least {FEWEST} words can be drawn anew.")
        return
    if session.get(_REQUESTED) != _digest(layout):
        _offer(layout)
        return
    job_section(_PLACE, _job(layout), partial(_answer, layout), key="stability-job")


def seeds_of(words: int, first: int = 0) -> tuple[int, ...]:
    """Return the seeds of the maps that are drawn of so many words, the map's own first."""
    return tuple(range(first, first + (_SEEDS if words <= _MANY else _FEWER)))


def _offer(layout: MapLayout) -> None:
    _, options = _drawn_of(layout)
    seeds = len(seeds_of(len(layout.rows)))
    st.button(
        f"Draw it with {seeds} seeds",
        key="stability-start",
        icon=":material/casino:",
        on_click=partial(session.put, _REQUESTED, _digest(layout)),
    )
    st.caption(
        f"UMAP draws by lot. {seeds} maps of these {count(len(layout.rows))} words, aligned, take "
        f"about {roughly(seconds_for(seeds, len(layout.rows), options))}. Then the map can be "
        f"coloured by “{COLOUR}”."
    )


def _why_not(layout: MapLayout) -> str | None:
    """Say why a map is not drawn with other seeds; None for one that is."""
    if layout.method == "pca":
        return "PCA draws nothing by lot: the same vectors always give this map."
    if layout.method == "tsne":
        return (
            "Offered for UMAP maps: t-SNE begins at the principal components and draws little by "
            "lot."
        )
    if isinstance(layout.options, UMAP) and layout.options.engine == UMAP_LEARN:
        return "Offered for maps computed by Vectorscope: several by umap-learn take minutes."
    return None


def _drawn_of(layout: MapLayout) -> tuple[EmbeddingSpace, UMAP]:
    """Return the vectors and the options with which the map is drawn again. A precomputed one is of
    the vectors as published, with the default options."""
    options = layout.options if isinstance(layout.options, UMAP) else None
    return layout.source or layout.space.published, options or UMAP(dimensions=layout.dimensions)


def _digest(layout: MapLayout) -> str:
    """Return a digest of the words, positions and vectors of the map: a precomputed one has the
    same at every reduced size."""
    space, _ = _drawn_of(layout)
    return session.remember(
        "stability-digest", layout, lambda: map_digest(space, layout.rows, layout.positions)
    )


def _job(layout: MapLayout) -> Job[Stability]:
    space, options = _drawn_of(layout)
    seeds = seeds_of(len(layout.rows), options.seed)
    key = f"stability of {_digest(layout)} by {options!r}, seeds {seeds}"
    handle = session.remember("stability-handle", key, lambda: handle_of_words(space, layout.rows))
    arguments = handle, len(layout.rows), options, seeds
    return job_for(_PLACE, key, measure_stability, *arguments, private=not is_shared(space))


def _colours(found: Stability) -> Scale:
    end = f"{100 * _UNSURE:.0f} % or more"
    return Scale(found.movement, 0.0, _UNSURE, "movement", low_text="0 %", high_text=end)


def _answer(layout: MapLayout, found: Stability) -> None:
    unsure = int((found.movement > _UNSURE).sum())
    space, options = _drawn_of(layout)
    of = "space" if space.is_same(layout.space) else "space.published"
    st.markdown(
        f"{plain(found.reading(), limit=300)} **{count(unsure)}** of {count(len(found.words))} "
        f"words move by more than a quarter of it: where they lie says little."
    )
    animation(
        found,
        tuple(f"seed {seed}" for seed in found.seeds),
        _colours(found),
        rows=layout.rows,
        map_id=_digest(layout),
        kind="seeds",
        note="",
        caption="All seeds begin at the same principal components: this is the accident of "
        "drawing, not of every possible beginning. Groups that stay together from seed to seed are "
        f"there; what lies between them is not. Colour the map above by “{COLOUR}” to see who "
        "stays." + ("" if layout.source else _COMPUTED_BEFORE),
        described=f"{count(len(found.words))} words of {plain(space.published.title)}, "
        f"{plain(space.treatment, limit=300)}; {plain(found.described, limit=300)}. Movement: the "
        "root mean square distance from a word's mean place, in units of the map's spread.",
        code=f"{code_of(layout)}from models.maps.align import stability\n"
        "from models.maps.umap import UMAP\n\n"
        f"found = stability({of}, words, seeds={found.seeds}, options={options!r})\n"
        "print(found.reading(), found.to_frame())\n",
        key="stability",
    )
