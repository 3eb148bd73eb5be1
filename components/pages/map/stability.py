"""Would another seed have drawn another map? The same map by several seeds, aligned and played."""

from functools import partial

import pandas as pd
import streamlit as st

from components import session
from components.pages.map.code import code_of
from components.pages.map.layout import Shown
from components.widgets.exports import foot
from components.widgets.faithfulness_figures import believed, by_name, kept_by_each, trust_frame
from components.widgets.jobs import job_for, job_section
from components.word_map.component import word_map
from components.word_map.layer import Colouring, Keyframes, MapLayer, Scale
from components.wording import bold, count, plain, roughly
from models.jobs.job import Job
from models.maps.align import Stability
from models.maps.faithfulness import Faithfulness, measured_of
from models.maps.faithfulness_tasks import laid_down, measure_stability
from models.maps.umap import UMAP
from models.sources.space_handles import is_shared
from models.space import EmbeddingSpace

OF_SPREAD = st.column_config.NumberColumn(  # of a column in per cent
    format="%.0f %%", width="small", help="Of the map's spread"
)
COLOUR = "movement between seeds"  # what “Colour by” calls movement()
FEWEST = 10  # words of a map whose movement says anything
_ASKED, _PLACE = "stability-asked", "stability"
_SEEDS, _FEWER, _MANY = 5, 3, 10_000  # maps drawn, and how many of more words than that
_SECONDS, _JUDGED, _BEGIN = 0.5e-6, 0.6e-4, 4  # a word and epoch; a word; to begin
_LISTED = 10
_UNSURE = 0.25  # of the map's spread: who moves further has no place of its own


def movement(shown: Shown) -> Colouring | None:
    """Return how far each word of the map moves from seed to seed, as a colour; None unless
    stability() has measured it for this very map. Starts nothing."""
    if not measurable(shown) or session.get(_ASKED) != _name(shown):
        return None
    job = _job(shown)
    done = job.done
    return _colouring(job.result()) if done else None


def measurable(shown: Shown) -> bool:
    """Tell whether the map rests and is a UMAP: the others draw nothing, or next to it, by lot."""
    return shown.settled and shown.method == "umap" and len(shown.rows) >= FEWEST


def stability(shown: Shown) -> None:
    """Draw the section: a button that starts the measuring, then its answer."""
    st.subheader("Would another seed have drawn another map?", anchor=False)
    if shown.method != "umap":
        st.caption(_why_not(shown.method))
        return
    if not shown.settled:
        st.caption("The figures come when the map rests.")
        return
    if not measurable(shown):
        st.caption(f"A map of at least {FEWEST} words can be drawn anew.")
        return
    if session.get(_ASKED) != _name(shown):
        _offer(shown)
        return
    job_section(_PLACE, _job(shown), partial(_answer, shown), key="stability-job")


def seeds_of(words: int, first: int = 0) -> tuple[int, ...]:
    """Return the seeds by which a map of so many words is drawn; its own comes first."""
    return tuple(range(first, first + (_SEEDS if words <= _MANY else _FEWER)))


def seconds_for(maps: int, words: int, options: UMAP) -> float:
    """Guess how long so many maps take on a server with nothing else to do."""
    return _BEGIN + maps * words * (_SECONDS * options.rounds(words) + _JUDGED)


def _offer(shown: Shown) -> None:
    _, options = _drawn(shown)
    seeds = len(seeds_of(len(shown.rows)))
    st.button(
        f"Draw it with {seeds} seeds",
        key="stability-start",
        icon=":material/casino:",
        on_click=partial(session.put, _ASKED, _name(shown)),
    )
    st.caption(
        f"UMAP draws by lot. {seeds} maps of these {count(len(shown.rows))} words, aligned, take "
        f"about {roughly(seconds_for(seeds, len(shown.rows), options))}. Then the map can be "
        f"coloured by “{COLOUR}”."
    )


def _why_not(method: str) -> str:
    if method == "pca":
        return "PCA draws nothing by lot: the same vectors always give this map."
    return (
        "Offered for UMAP maps: t-SNE begins at the principal components and draws little by lot."
    )


def _drawn(shown: Shown) -> tuple[EmbeddingSpace, UMAP]:
    """Return the vectors and the options by which such a map is drawn again. One computed
    beforehand is of the vectors as published, with the options that are the defaults."""
    options = shown.options if isinstance(shown.options, UMAP) else None
    return shown.source or shown.space.published, options or UMAP(dimensions=shown.dimensions)


def _name(shown: Shown) -> str:
    """Name the map by what it is drawn of: at another number of dimensions kept one that was
    computed of all stays the same."""
    space, _ = _drawn(shown)
    return session.remember(
        "stability-name", shown, lambda: measured_of(space, shown.rows, shown.positions)
    )


def _job(shown: Shown) -> Job[Stability]:
    space, options = _drawn(shown)
    seeds = seeds_of(len(shown.rows), options.seed)
    key = f"stability of {_name(shown)} by {options!r}, seeds {seeds}"
    handle = session.remember("stability-arguments", key, lambda: laid_down(space, shown.rows))
    asked = handle, len(shown.rows), options, seeds
    return job_for(_PLACE, key, measure_stability, *asked, private=not is_shared(space))


def _colouring(found: Stability) -> Scale:
    return Scale(
        found.movement,
        0.0,
        _UNSURE,
        "movement",
        low_text="0 %",
        high_text=f"{100 * _UNSURE:.0f} % or more",
    )


def _answer(shown: Shown, found: Stability) -> None:
    unsure = int((found.movement > _UNSURE).sum())
    st.markdown(
        f"{plain(found.reading(), limit=300)} **{count(unsure)}** of {count(len(found.words))} "
        f"words move by more than a quarter of it: where they lie says little."
    )
    st.markdown(kept_by_each(_faithful(found)))
    chart, beside = st.columns([3, 1])
    names = _names(found)
    with chart:
        word_map(
            _layer(shown, found),
            keyframes=Keyframes(names, found.positions, 0),
            alt=f"The map by {len(names)} seeds, aligned. {found.reading()}",
            file_name="vectorscope-stability",
            height=520,
            key="stability-map",
        )
    with beside:
        _most_moved(found.to_frame())
    st.caption(
        "All seeds begin at the same principal components: this is the accident of drawing, not "
        "of every possible beginning. Groups that stay together from seed to seed are there; what "
        f"lies between them is not. Colour the map above by “{COLOUR}” to see who stays."
        + ("" if shown.source else " The map above was computed beforehand; these are drawn anew.")
    )
    believed(_faithful(found))
    _foot(shown, found)


def _names(found: Stability) -> tuple[str, ...]:
    return tuple(f"seed {seed}" for seed in found.seeds)


def _faithful(found: Stability) -> dict[str, Faithfulness]:
    return by_name(_names(found), found.faithful)


def _layer(shown: Shown, found: Stability) -> MapLayer:
    name = f"stability-{_name(shown)}"
    return MapLayer(name, found.words, found.positions[0], _colouring(found), ranks=shown.rows + 1)


def _most_moved(frame: pd.DataFrame) -> None:
    st.markdown(bold("Words that move most"))
    st.dataframe(
        frame.head(_LISTED).assign(movement=100 * frame["movement"].head(_LISTED)),
        key="stability-words",
        hide_index=True,
        column_config={"movement": OF_SPREAD},
    )


def _foot(shown: Shown, found: Stability) -> None:
    space, options = _drawn(shown)
    foot(
        f"{count(len(found.words))} words of {plain(space.published.title)}, "
        f"{plain(space.treatment, limit=300)}; {plain(found.described, limit=300)}. Movement: the "
        "root mean square distance from a word's mean place, in units of the map's spread.",
        tables={
            "movement between seeds": found.to_frame(),
            "trust in the maps of seeds": lambda: trust_frame(_faithful(found)),
        },
        code=f"{code_of(shown)}from models.maps.align import stability\n"
        "from models.maps.umap import UMAP\n\n"
        f"found = stability({'space' if space.is_same(shown.space) else 'space.published'}, words, "
        f"seeds={found.seeds}, options={options!r})\n"
        "print(found.reading(), found.to_frame())\n",
        key="stability",
    )
