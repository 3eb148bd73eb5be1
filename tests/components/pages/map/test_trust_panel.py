"""The sections below the map, on its faithfulness, stability and states: they show what the models
find, of this very map and no other."""

import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import models
from components.charts.trust import TITLES, trust_chart
from components.pages.map.code import code_of, words_line
from components.pages.map.layout import MapLayout
from components.pages.map.map_states import Comparison, choices, steps
from components.pages.map.stability import seeds_of
from components.pages.map.trust_panel import layout_digest
from components.widgets.faithfulness_figures import (
    by_name,
    faithfulness_frame,
    overlap_of_each,
    sampled_overlap_sentence,
)
from components.widgets.jobs import queue
from models import EmbeddingSpace, Vocabulary
from models.maps.align import stability
from models.maps.faithfulness import faithfulness, neighbourhood
from models.maps.faithfulness_wording import WORDINGS
from models.maps.map_states import map_states
from models.maps.precomputed_maps import precomputed_layout
from models.maps.umap import UMAP, umap

WORDS = 300


def shown_map(words: int = WORDS, **changes: object) -> MapLayout:
    space = models.load("glove-50")
    places = precomputed_layout(space, method="umap", dimensions=2)
    told: dict[str, object] = {
        "space": space,
        "rows": np.arange(words),
        "positions": places.positions[:words],
        "frame": places.content_id,
        "described": places.described,
        "method": "umap",
    }
    return MapLayout(**(told | changes))  # type: ignore[arg-type]


def page() -> None:
    """One section of a small map, as the page draws it."""
    import streamlit as st

    import models
    from components.pages.map.map_states import map_states
    from components.pages.map.stability import movement_colours, stability
    from components.pages.map.trust_panel import (
        faithfulness_colours,
        neighbourhood_on,
        neighbourhood_sentence,
        trust_panel,
    )
    from components.session import InUse
    from tests.components.pages.map.test_trust_panel import shown_map

    shown = shown_map(**st.session_state["shown"])
    section = st.session_state["section"]
    if section == "trust":
        near = neighbourhood_on(shown, st.session_state["word"])
        st.session_state["near"] = near
        st.text(f"coloured: {faithfulness_colours(shown) is not None}")
        if near:
            st.markdown(neighbourhood_sentence(near))
        trust_panel(shown)
    elif section == "stability":
        st.text(f"coloured: {movement_colours(shown) is not None}")
        stability(shown)
    else:
        space = models.load("glove-50")
        kept = st.session_state["kept"]
        cut = models.reduce(space, dimension=kept) if kept < 50 else space
        map_states(InUse(space, cut), shown)


def open_section(section: str, *, kept: int = 50, word: str = "people", **shown: object) -> AppTest:
    app = AppTest.from_function(page, default_timeout=120)
    for name, value in (("section", section), ("kept", kept), ("word", word), ("shown", shown)):
        app.session_state[name] = value
    return app.run()


def finished(app: AppTest) -> AppTest:
    """The page once no job runs or waits."""
    deadline = time.monotonic() + 120
    while queue().running or queue().waiting:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return app.run()


def text(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption, *app.text])


def test_the_answer_is_the_models() -> None:
    app = open_section("trust")
    assert "coloured: False" in text(app)
    app = finished(app)
    shown = shown_map()
    found = faithfulness(shown.space, shown.positions)
    kept = found["knn_overlap"]
    assert f"Of a word's 10 nearest, **{10 * kept.value:.1f}** on average are still" in text(app)
    assert f"a random map keeps **{10 * kept.random:.2g}**" in text(app)
    assert "coloured: True" in text(app)
    (table,) = (each.value for each in app.table)
    assert len(table) == len(WORDINGS)
    for figure, cell in zip(found.figures, table.iloc[:, 0], strict=True):
        assert f": **{figure.value:.3f}** (" in cell


def test_figures_of_another_map_are_hidden() -> None:
    app = finished(open_section("trust"))
    assert "still its nearest" in text(app)
    for changes in ({"words": 299}, {"positions": shown_map().positions + 1}):
        app.session_state["shown"] = changes
        app.run()
        assert "still its nearest" not in text(app)
        assert "coloured: False" in text(app)
        assert "still its nearest" in text(finished(app))


def test_visitors_share_the_figures_of_what_ships_and_of_nothing_else() -> None:
    finished(open_section("trust", words=250))
    assert "still its nearest" in text(open_section("trust", words=250))
    theirs = models.load("glove-50").head(WORDS)
    own = EmbeddingSpace("own", Vocabulary(theirs.words), np.array(theirs.vectors))
    finished(open_section("trust", space=own))
    other = open_section("trust", space=own)
    assert "still its nearest" not in text(other)
    assert "still its nearest" in text(finished(other))


def test_nothing_is_measured_while_the_map_moves_or_unasked() -> None:
    app = open_section("trust", settled=False)
    assert "when the map rests" in text(app)
    app.session_state["shown"] = {}
    app.toggle(key="trust").set_value(False).run()
    assert not queue().running
    assert "nearest on this map" not in text(app)
    assert "words of this map that are nearest to **people**" in text(app)  # costs next to nothing
    assert "at least 4 words" in text(open_section("trust", words=3))


def test_a_word_tells_what_is_torn_and_false() -> None:
    shown = shown_map()
    app = open_section("trust", word="the")
    for word in ("the", shown.words[200]):
        app.session_state["word"] = word
        near = neighbourhood(shown.space, shown.positions, word, k=10)
        assert app.run().session_state["near"] == near
        assert f"**{len(near.torn)}** are torn away" in text(app)
    app.session_state["word"] = "zebra"  # known, but not on this map
    assert app.run().session_state["near"] is None
    app.session_state["shown"] = {"settled": False}
    app.session_state["word"] = "the"
    assert app.run().session_state["near"] is None


def test_the_code_makes_the_same_map() -> None:
    shown = shown_map()
    made: dict[str, Any] = {}
    exec(code_of(shown), made)  # noqa: S102  what the page tells to run
    assert made["words"] == shown.words
    assert np.array_equal(made["positions"], shown.positions)
    few = shown_map(rows=np.array([5, 3]), positions=shown.positions[:2])
    assert words_line(few) == f"words = {[shown.words[5], shown.words[3]]!r}"


def test_the_chart_has_a_row_a_figure() -> None:
    shown = shown_map()
    found = faithfulness(shown.space, shown.positions, sample=100)
    chart = trust_chart(found)
    random, own = chart.data[-2:]
    assert list(own.x) == [figure.value for figure in found.figures]
    assert list(random.x) == [figure.random for figure in found.figures]
    ends = [figure.interval or (figure.value, figure.value) for figure in found.figures]
    assert own.x + np.array(own.error_x.array) == pytest.approx([high for _, high in ends])
    assert own.x - np.array(own.error_x.arrayminus) == pytest.approx([low for low, _ in ends])
    assert {note.text for note in chart.layout.annotations} >= set(TITLES.values())


def test_another_seed_is_drawn_only_when_asked() -> None:
    app = open_section("stability")
    assert not queue().running
    assert "5 maps of these 300 words" in text(app)
    app.button(key="stability-start").click().run()
    shown = shown_map()
    app = finished(app)
    found = stability(shown.space, shown.rows, seeds=seeds_of(WORDS))
    assert found.reading().replace("%", "").split(",")[0][:40] in text(app).replace("\\", "")
    assert "coloured: True" in text(app)
    assert overlap_of_each(
        by_name([f"seed {seed}" for seed in found.seeds], found.faithfulness)
    ) in text(app)
    assert [len(each.value) for each in app.table] == [len(WORDINGS)] * 5  # each seed's
    words = app.dataframe[0].value["word"]
    assert list(words) == list(found.to_frame()["word"][: len(words)])
    app.session_state["shown"] = {"words": 290}
    assert "of these 290 words" in text(app.run())
    assert "coloured: False" in text(app)


@pytest.mark.parametrize(("method", "said"), [("pca", "by lot"), ("tsne", "Offered for UMAP")])
def test_maps_that_draw_nothing_by_lot_have_no_seeds(method: str, said: str) -> None:
    app = open_section("stability", method=method)
    assert said in text(app)
    assert not app.button


def test_states_are_those_of_the_models() -> None:
    app = open_section("states", kept=20)
    assert app.selectbox(key="states_with").value == "20 dimensions"
    app.button(key="states-start").click().run()
    app = finished(app)
    space = models.load("glove-50")
    spaces = [space, *(models.reduce(space, dimension=size) for size in (25, 20))]
    words = space.vocabulary.chunk(0, WORDS)
    found = map_states(spaces, words, [f"{each.dimension} dimensions" for each in spaces])
    assert found.reading() in text(app).replace("\\", "")
    assert overlap_of_each(by_name(found.names, found.faithfulness)) in text(app)
    assert [each.label for each in app.tabs] == list(found.names)
    assert list(app.dataframe[0].value["word"]) == list(found.to_frame()["word"][:10])
    app.selectbox(key="states_with").set_value("the space glove-100").run()
    assert found.reading() not in text(app).replace("\\", "")
    app.button(key="states-start").click().run()
    assert "From GloVe" in text(finished(app)).replace("\\", "")


def test_the_code_of_states_draws_them(capsys: pytest.CaptureFixture[str]) -> None:
    space = models.load("glove-50")
    words, options = tuple(space.vocabulary.chunk(0, 30)), UMAP(epochs=5)
    for comparison in (
        Comparison(space, words, options, sizes=(50, 10)),
        Comparison(space, words, options, other="glove-100"),
    ):
        made: dict[str, Any] = {}
        exec(comparison.code(), made)  # noqa: S102  what the page tells to run
        assert made["found"].words == tuple(w for w in words if w in made["spaces"][1])
        assert len(made["found"].names) == 2
    assert "From glove-50 to glove-100" in capsys.readouterr().out


def test_what_a_map_can_become() -> None:
    offered = choices(100, 30, "glove-100")
    assert next(iter(offered)) == "30 dimensions"
    assert "100 dimensions" not in offered
    assert offered["the space glove-50"] == "glove-50"
    assert "the space glove-100" not in offered
    assert steps(384, 10) == (384, 50, 25, 10)
    assert steps(50, 30) == (50, 30)


def test_the_name_of_a_map_is_of_its_words_vectors_and_places() -> None:
    shown = shown_map()
    reduced = models.reduce(shown.space, dimension=20)
    others = [
        shown_map(299),
        shown_map(space=reduced),
        shown_map(positions=shown.positions[::-1].copy()),
    ]
    assert len({layout_digest(each) for each in (shown, shown_map(), *others)}) == 4


def test_a_live_map_is_drawn_again_by_its_own_options() -> None:
    space = models.load("glove-50")
    options = UMAP(n_neighbors=8, seed=3, epochs=20)
    shown = shown_map(options=options, source=space)
    made: dict[str, Any] = {}
    exec(code_of(shown), made)  # noqa: S102  what the page tells to run
    drawn = umap(space, shown.rows, options)
    assert np.array_equal(made["positions"], drawn)


def test_a_map_of_the_dimensions_kept_is_drawn_after_the_cut() -> None:
    space = models.reduce(models.load("glove-50"), dimension=20)
    of_kept = code_of(shown_map(space=space, options=UMAP(), source=space))
    assert of_kept.index("reduce") < of_kept.index("project")
    for source in (space.published, None):
        of_all = code_of(shown_map(space=space, source=source))
        assert of_all.index("reduce") > of_all.index("project")


def test_any_map_says_its_sentence() -> None:
    shown = shown_map()
    kept = faithfulness(shown.space, shown.positions)["knn_overlap"]
    told = sampled_overlap_sentence(shown.space, shown.positions)
    assert f"**{10 * kept.value:.1f}** on average are still its nearest on this map" in told
    assert "a random map keeps **0.33**" in told
    assert sampled_overlap_sentence(shown.space, shown.positions[:3]) == ""


def test_maps_of_one_name_are_told_apart() -> None:
    shown = shown_map(40)
    found = faithfulness(shown.space, shown.positions)
    named = by_name(["<b>mine</b>", "<b>mine</b>"], [found, found])
    assert list(named) == ["<b>mine</b>", "<b>mine</b> (2)"]
    assert "<b>" not in overlap_of_each(named)
    frame = faithfulness_frame(named)
    assert list(frame.groupby("map").size()) == [len(WORDINGS)] * 2
