"""The Map page with maps that a job draws: they settle, can be stopped, and copy as Python."""

import re
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.pages.map.controls import OWN
from tests.components.apps import linked, said

PETS = "cat, dog, horse, cow, sheep, pig, bread, cheese, apple, milk, paris, london, rome, berlin"


_KEYS = {"map_words": "map-words", "map_seed": "map-seed"}


def open_map(**query: str) -> AppTest:
    return linked(**{_KEYS.get(name, name): value for name, value in query.items()}).run()


def settled(app: AppTest, *, seconds: float = 60) -> AppTest:
    """Run the page as the browser does, until the job has ended."""
    end = time.monotonic() + seconds
    while "still being drawn" in said(app):
        assert time.monotonic() < end
        time.sleep(0.2)
        app.run()
    return app


def drawing(app: AppTest) -> bool:
    return any(button.key == "map-job-cancel" for button in app.button)


def python(app: AppTest) -> str:
    return next(str(block.value) for block in app.code if "models.project" in str(block.value))


def test_the_first_map_asks_nobody_to_compute_it() -> None:
    app = open_map()
    assert "20,000 of 400,000 words, the most frequent" in said(app)
    assert "computed beforehand" in said(app)
    assert "live=True" not in python(app)
    assert not drawing(app)


def test_a_live_map_settles_and_python_gives_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = open_map(own=PETS, map_words=OWN, word="cat", map_seed="7", n_neighbors="5")
    settled(app)
    text = said(app)
    assert "14 of 400,000 words, your own" in text
    assert re.search(r"UMAP with 5 neighbours by cosine, .*500 epochs, seed 7", text)
    assert "computed from 50 dimensions" in text
    shown = app.session_state["made:map now"][1]
    assert shown.settled
    space: dict[str, object] = {}
    code = python(app).replace("print(models.project(", "frame = (models.project(")
    exec(compile(code, "page", "exec"), space)  # noqa: S102  our own text, as a visitor runs it
    frame = space["frame"]
    assert frame["word"].tolist() == shown.words  # type: ignore[index]
    assert np.array_equal(frame[["x", "y"]].to_numpy(), shown.positions)  # type: ignore[index]
    assert "similarity" in capsys.readouterr().out


def test_umap_learn_can_be_chosen_and_the_page_says_so() -> None:
    app = settled(open_map(own=PETS, map_words=OWN, n_neighbors="5", map_seed="7"))
    assert app.button_group(key="engine").value == "Vectorscope"
    assert "engine=" not in python(app)
    own = app.session_state["made:map now"][1].positions
    app.button_group(key="engine").set_value("umap-learn").run()
    app = settled(app, seconds=180)
    assert "UMAP by umap\\-learn with 5 neighbours by cosine" in said(app)
    assert "Offered for maps computed by Vectorscope" in said(app)
    assert 'engine="umap-learn"' in python(app)
    shown = app.session_state["made:map now"][1]
    assert shown.settled
    assert shown.positions.shape == own.shape
    assert not np.array_equal(shown.positions, own)
    space: dict[str, object] = {}
    code = python(app).replace("print(models.project(", "frame = (models.project(")
    exec(compile(code, "page", "exec"), space)  # noqa: S102  our own text, as a visitor runs it
    assert np.array_equal(space["frame"][["x", "y"]].to_numpy(), shown.positions)  # type: ignore[index]


def test_an_engine_of_a_link_is_taken_where_there_is_one() -> None:
    app = open_map(own=PETS, map_words=OWN, engine="umap-learn")
    assert app.button_group(key="engine").value == "umap-learn"
    app = settled(open_map(own=PETS, map_words=OWN, engine="<script>"))
    assert app.button_group(key="engine").value == "Vectorscope"
    assert "engine=" not in python(app)


def test_the_most_frequent_words_in_three_dimensions_by_tsne() -> None:
    app = settled(open_map(map_words="1,000", layout="t-SNE", view="3-D", space="minilm-384"))
    assert "1,000 of 20,000 words, the most frequent" in said(app)
    assert "t\\-SNE with perplexity 30" in said(app)
    assert app.session_state["made:map now"][1].positions.shape == (1_000, 3)


def test_a_tsne_of_too_many_words_is_made_smaller_and_says_so() -> None:
    app = open_map(layout="t-SNE")
    assert "the 10,000 most frequent are laid out" in said(app)
    app.button(key="map-job-cancel").click().run()
    assert "Stopped." in said(app)
    assert "unfinished, stopped at" in said(app)
    assert app.button(key="map-job-again")


def test_a_live_map_follows_the_dimensions_kept_only_where_asked() -> None:
    app = settled(open_map(own=PETS, map_words=OWN, d="20"))
    assert "computed from 50 dimensions" in said(app)
    assert "positions stay those of all 50" in said(app)
    assert "models.project(published, words" in python(app)
    app.toggle(key="recompute").set_value(True).run()
    settled(app)
    assert "computed from 20 dimensions" in said(app)
    assert "positions stay" not in said(app)
    assert "models.project(space, words" in python(app)


def test_pca_of_ones_own_words_is_there_at_once() -> None:
    app = open_map(own=PETS, map_words=OWN, layout="PCA")
    assert "principal components of these words alone" in said(app)
    assert not drawing(app)


def test_ones_own_words_alone_stay_in_place_on_a_live_map() -> None:
    app = settled(open_map(own="xylophones, the", show="show only these", map_words="1,000"))
    assert "1 of 400,000 words, your own that are on the map" in said(app)
    assert "Placed amid its nearest words, not computed: **xylophones**" in said(app)
    app.text_area(key="own").set_value("xylophones").run()
    assert "0 of 400,000 words" in said(app)


def test_two_words_make_no_map_and_the_page_stays() -> None:
    app = open_map(own="cat, dog", map_words=OWN)
    assert "needs at least 4 that the space has; there are 2" in said(app)
    assert "20,000 of 400,000 words" in said(app)
    app.text_area(key="own").set_value("").run()
    assert "there are none yet" in said(app)


@pytest.mark.parametrize(
    "query",
    [
        {"n_neighbors": "99999"},
        {"n_neighbors": "-1", "min_dist": "7"},
        {"min_dist": "nan", "by": "jaccard"},
        {"map-seed": "1e99", "map-words": "7"},
        {"layout": "t-SNE", "perplexity": "0", "map-words": "my own"},
        {"map-words": "50,000", "space": "minilm-384"},
        {"recompute": "maybe", "d": "2", "view": "3-D"},
    ],
)
def test_an_absurd_recipe_opens_the_page(query: dict[str, str]) -> None:
    app = linked(**query)
    assert "Where do words live?" in said(app.run())
    if drawing(app):
        app.button(key="map-job-cancel").click().run()
    assert not app.exception


def test_a_rare_word_is_placed_amid_its_nearest() -> None:
    app = open_map(word="kingfishers")
    assert "is too rare for this map: it is placed amid its nearest words" in said(app)
    assert "Placed amid its nearest words, not computed: **kingfishers**" in said(app)
    app.segmented_control(key="layout").set_value("PCA").run()
    assert "not computed" not in said(app)  # it lies where the components say
