"""What is lost, one thing followed, the shape and the cost: what the sections of the page say is
what the models find."""

import re
import time
from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import models
from components import session
from components.pages.dimensions import controls, follow, losses
from components.pages.dimensions.request import SweepRequest
from components.widgets.jobs import queue
from models.quality.metrics.hubs import occurrences
from models.quality.metrics.shape_by_size import estimates_at, shape_at
from models.quality.suites.builtin import google_analogies
from models.quality.sweep.losses import analogy_losses
from tests.components.apps import linked

PAGE = "components/pages/dimensions/page.py"
WORDS = 10_000


def request(dimension: int = 50, **changes: object) -> SweepRequest:
    space = models.load("glove-50")
    kept = space if dimension == 50 else models.reduce(space, dimension=dimension)
    in_use = session.InUse(space, kept)
    return SweepRequest(in_use, ("pca",), WORDS, **changes)  # type: ignore[arg-type]


def open_page(**query: str) -> AppTest:
    app = (
        linked(**({"words": "10,000"} | query))
        .run()
        .switch_page("components/pages/dimensions/page.py")
        .run()
    )
    for _ in range(2):  # the size advised by the sweep asks for one job more
        idle()
        app.run()
    return app


def idle() -> None:
    """Wait until no job runs or waits."""
    deadline = time.monotonic() + 120
    while queue().running or queue().waiting:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def text(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption, *app.info])


def links(app: AppTest) -> list[dict[str, str]]:
    found = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    return [{key: values[0] for key, values in query.items()} for query in found if query]


def test_the_page_says_which_questions_break() -> None:
    app = open_page(d="25")
    space = models.load("glove-50")
    found = analogy_losses(
        space, models.reduce(space, dimension=25), google_analogies(), most_frequent=WORDS
    )
    said = re.search(r"\*\*([\d,]+)\*\* of the ([\d,]+) questions that all 50", text(app))
    assert said is not None
    assert [int(part.replace(",", "")) for part in said.groups()] == [
        int(found.counts()["lost"].sum()),
        int(found.right_full.sum()),
    ]
    app.selectbox(key="broken").set_value("family").run()
    shown = [tuple(link[key] for key in ("a", "b", "c", "expected")) for link in links(app)]
    lost = found.questions("family", n=losses.QUESTIONS)
    assert shown == list(lost[["a", "b", "c", "expected"]].itertuples(index=False, name=None))


def test_a_lost_question_opens_as_it_was_asked() -> None:
    link = links(open_page(d="25", broken="family"))[0]
    assert set(link) == {"a", "b", "c", "expected", "d", "among"}  # the rest is so already
    assert (link["d"], link["among"]) == ("25", "10,000")
    app = linked().run()
    app.switch_page("components/pages/server/page.py").run()  # which has none of these controls
    app.switch_page("components/pages/analogies/page.py")
    for name, value in link.items():
        app.query_params[name] = value
    shown = text(app.run())
    assert "of the 10,000 most frequent of 400,000 words" in shown
    assert f"**{link['expected']}** is **" in shown  # not first


def test_a_link_says_what_was_last_chosen_otherwise() -> None:
    app = open_page(d="25")
    app.switch_page("components/pages/analogies/page.py").run()
    app.segmented_control(key="method").set_value("3CosMul").run()
    app.toggle(key="letters").set_value(True).run()
    app.query_params["words"] = "10,000"
    link = links(app.switch_page("components/pages/dimensions/page.py").run())[0]
    assert (link["method"], link["letters"]) == ("3CosAdd", "false")
    assert "query" not in link


def test_nothing_kept_asks_about_the_size_advised_or_the_next_smaller() -> None:
    shown = text(open_page())
    advised = re.search(r"\*\*(\d+) of 50\*\* dimensions are enough", shown)
    at = re.search(r"answer are lost at \*\*(\d+)\*\*", shown)
    assert at is not None
    assert int(at[1]) == (int(advised[1]) if advised else 40)
    why = "the size recommended above" if advised else "the next smaller size measured"
    assert f"Shown at **{at[1]}**, {why}." in shown
    assert "In float32, cut by PCA as the sidebar cuts, whatever is chosen above" in shown


@pytest.mark.parametrize("suggested", [None, 50, 1, 400])
def test_without_a_usable_suggestion_it_is_the_next_smaller(suggested: int | None) -> None:
    dimension, why = losses._size(request(), suggested)
    assert dimension == 40
    assert "next smaller" in why
    assert losses._size(request(), 32)[0] == 32
    assert losses._size(request(20), 32)[0] == 20


def test_the_size_in_the_section_is_that_of_the_sidebar() -> None:
    app = open_page(d="25")
    assert app.selectbox(key="broken_at").value == "25"
    app.selectbox(key="broken_at").set_value("20").run()
    idle()
    assert "answer are lost at **20**" in text(app.run())
    assert links(app)[0]["d"] == "20"
    assert app.sidebar.slider[0].value == 20
    assert app.query_params["d"] in ("20", ["20"])
    app.sidebar.slider[0].set_value(41).run()
    assert app.selectbox(key="broken_at").value == "41"
    app.selectbox(key="broken_at").set_value(losses.AS_RECOMMENDED).run()
    assert app.sidebar.slider[0].value == 50


def test_every_lost_question_can_be_reached() -> None:
    app = open_page(d="25")
    assert len(links(app)) == losses.QUESTIONS
    while more := [button for button in app.button if button.key == "lost-questions-more"]:
        before = len(links(app))
        more[0].click().run()
        idle()
        app.run()
        assert len(links(app)) > before
    lost = re.search(r"\((\d+) of", app.markdown[0].value)
    assert len({str(link) for link in links(app)}) == len(links(app)) > losses.QUESTIONS, lost


def test_a_section_that_does_not_exist_is_the_one_that_loses_most() -> None:
    assert links(open_page(d="25", broken="nonsense"))[0] == links(open_page(d="25"))[0]


def test_words_in_links_are_literal() -> None:
    label = losses.question_label("*a*", "b", "[c](d)", "e", "<f>")
    assert label == r"\*a\* \: b \:\: \[c\]\(d\) \: **e** → \<f\>"
    assert losses.question_label("a", "b", "c", "d", ",").endswith("→ “,”")


def test_a_link_names_method_and_words() -> None:
    link = losses.link(request(objective="3cosmul"), 25, ("a", "b", "c", "d"))
    assert (link["method"], link["among"]) == ("3CosMul", "10,000")
    everyone = replace(request(), most_frequent=None)
    assert "among" not in losses.link(everyone, 25, ("a", "b", "c", "d"))
    other = replace(request(), in_use=session.InUse(*[models.load("glove-100")] * 2))
    assert losses.link(other, 25, ("a", "b", "c", "d"))["space"] == "glove-100"


@pytest.mark.parametrize(
    "typed",
    [
        "man king woman queen",
        "man : king :: woman : queen",
        "man:king::woman:queen",
        " man, king, woman -> queen ",
        "man king : woman → queen",
    ],
)
def test_an_analogy_is_read_with_or_without_colons(typed: str) -> None:
    assert follow.read_analogy(typed) == ["man", "king", "woman", "queen"]


def test_odd_analogies_are_read_as_they_stand() -> None:
    assert follow.read_analogy("9:30 10:30 a b") == ["9:30", "10:30", "a", "b"]
    assert follow.read_analogy(" :: -> , ") == []
    assert len(follow.read_analogy("x " * 100_000)) <= 500


def test_the_page_follows_an_analogy_and_a_word() -> None:
    app = open_page(d="20", analogy="man : king :: woman : queen", follow="paris")
    space = models.load("glove-50")
    among = models.search.neighbours.Filter(WORDS)
    ranks = models.search.follow.expected_ranks(space, "man", "king", "woman", "queen", among=among)
    first = models.search.follow.first_from(ranks)
    assert f"**queen** is first from **{first}** of 50 dimensions on" in text(app)
    reduced = models.reduce(space, dimension=20)
    both = [set(models.neighbours(s, "paris", among=among)["word"]) for s in (space, reduced)]
    still = len(both[0] & both[1])
    assert f"**{still}** of the 10 words nearest to **paris** are still" in text(app)
    app.text_input(key="follow").set_value("king").run()
    assert "words nearest to **king**" in text(app)


def test_words_that_cannot_be_followed() -> None:
    app = open_page(analogy="man king womann queen", follow="pariss")
    assert [warning.value.split("”")[0] for warning in app.warning] == ["“womann", "“pariss"]
    (mend,) = (b for b in app.button if b.key == "analogy-woman")
    mend.click().run()
    assert app.text_input(key="analogy").value == "man king woman queen"
    assert "**queen** is first from" in text(app)
    assert "here are 2 words" in text(open_page(analogy="man king", follow=" "))
    assert "which may not answer" in text(open_page(analogy="man king woman king"))


@pytest.mark.parametrize(
    ("ranks", "kept", "sentence"),
    [
        ([9, 1, 1, 1], None, "**x** is first from **2** of 4 dimensions on."),
        ([9, 1, 1, 1], 1, "**x** is first from **2** of 4 dimensions on; at the **1** kept it is"),
        ([9, 1, 1, 2], None, "**x** is first at **2** of 4 sizes, not at all 4 dimensions (**s"),
        ([9, 4, 3, 5], None, "**x** is first at no size: at best **third**, at 3 of 4 dim"),
    ],
)
def test_the_sentence_on_ranks(ranks: list[int], kept: int | None, sentence: str) -> None:
    assert follow.rank_sentence(np.array(ranks), "x", kept=kept).startswith(sentence)


def test_no_neighbour_stays() -> None:
    ranks = pd.DataFrame(
        [("a", 4, 1, "raw"), ("a", 2, 30, "pca")], columns=["word", "dimension", "rank", "kind"]
    )
    assert (
        follow.neighbour_sentence(ranks, "x", kept=None) == "No neighbour of x stays at any size."
    )
    assert "**0** of the 1 words" in follow.neighbour_sentence(ranks, "x", kept=2)


def test_the_neighbour_that_stays_longest_is_told() -> None:
    sizes_of = [("raw", 4), ("pca", 1), ("pca", 2), ("pca", 4)]
    ranks = pd.DataFrame(
        [
            (word, dimension, rank, kind)
            for word, places in {"a": (1, 30, 1, 1), "b": (2, 30, 30, 2)}.items()
            for (kind, dimension), rank in zip(sizes_of, places, strict=True)
        ],
        columns=["word", "dimension", "rank", "kind"],
    )
    assert follow.neighbour_sentence(ranks, "x", kept=None) == (
        "**1** of the 2 words nearest to **x** are still among the ten nearest at **2** of 4 "
        "dimensions; **a** stays longest, from **2** on."
    )


def test_words_are_read_in_lower_case_where_only_that_is_known() -> None:
    app = open_page(analogy="Man KING woman queen", follow="Paris")
    assert not app.warning
    shown = text(app)
    assert "**queen** is first from" in shown
    assert "words nearest to **paris** are still" in shown
    for typed, read in {"Man": "man", "KING": "king", "Paris": "paris"}.items():
        assert f"{typed} was read as {read}." in shown


def test_only_counts_below_the_words_of_the_space_are_offered() -> None:
    assert controls.words_offered(400_000) == list(controls.WORDS)
    assert controls.words_offered(40_000) == ["20,000", "10,000", "all words"]
    assert controls.words_offered(20_000) == ["10,000", "all words"]


def words_control(name: str, **query: str) -> AppTest:
    def page() -> None:
        import streamlit as st

        import models
        from components.pages.dimensions.controls import _words
        from components.session import InUse

        space = models.load(st.session_state["the-space"])
        st.text(str(_words(st.container(), InUse(space, space))))

    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["the-space"] = name
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_what_is_usual_changes_with_the_space() -> None:
    app = words_control("glove-50")
    assert app.text[0].value == "40000"
    for name, most in {"glove-100": "None", "glove-50": "40000"}.items():
        app.session_state["the-space"] = name
        assert app.run().text[0].value == most
    app.selectbox(key="words").set_value("20,000").run()
    for name, most in {"glove-100": "20000", "glove-50": "20000"}.items():
        app.session_state["the-space"] = name
        assert app.run().text[0].value == most
    assert words_control("glove-100", words="40,000").text[0].value == "None"
    assert words_control("glove-50", words="all words").text[0].value == "None"


def test_a_dozen_sizes_are_shown_with_the_one_kept() -> None:
    wide = models.load("minilm-384")
    sizes = SweepRequest(session.InUse(wide, wide), ("pca",), 20_000).sizes
    shown = follow.sizes_shown(sizes, 97)
    assert (shown[0], shown[-1], len(shown)) == (2, 384, 12)
    assert 97 in shown
    assert follow.sizes_shown([2, 3], 2) == [2, 3]


def test_the_page_tells_the_shape() -> None:
    shown = text(open_page())
    space = models.load("glove-50")
    exact = shape_at(space, [50]).iloc[0]
    figures = estimates_at(space, [], most_frequent=WORDS).iloc[0]
    assert f"spread over **{exact['participation_ratio']:.0f}** of 50 dimensions" in shown
    assert f"locally over about **{figures.intrinsic_dimension:.0f}** (TwoNN" in shown
    hub = occurrences(space.head(WORDS)).hubs(1).iloc[0]
    assert f"is among the 10 nearest of **{hub['count']}** others" in shown


def test_the_page_tells_the_cost() -> None:
    app = open_page(d="20")
    (table,) = (each.value for each in app.table if "one query" in each.value)
    assert table["dimensions"].tolist()[0] == "**20**"
    assert table["dimensions"].tolist()[-1] == "**50** (all)"
    assert table["float32"].tolist()[-1] == "80\u00a0MB (200\u00a0bytes)"
    assert table["1 bit"].tolist()[0] == "1.2\u00a0MB (3\u00a0bytes)"


def test_a_job_that_was_stopped_can_start_again() -> None:
    app = (
        linked(words="10,000", d="31", seed="77")
        .run()
        .switch_page("components/pages/dimensions/page.py")
        .run()
    )
    app.button(key="broken-job-cancel").click().run()  # it waits behind the sweep
    assert "Stopped." in "".join(warning.value for warning in app.warning)
    app.button(key="broken-job-again").click().run()
    idle()
    assert "are lost at **31**" in text(app.run())


def test_a_link_goes_before_what_a_page_remembers() -> None:
    app = linked().run()
    app.switch_page("components/pages/analogies/page.py").run()
    app.text_input(key="a").set_value("france").run()
    app.switch_page("components/pages/neighbours/page.py").run()
    app.query_params["a"] = "man"  # the control's own default
    app.switch_page("components/pages/analogies/page.py").run()
    assert app.text_input(key="a").value == "man"
    app.text_input(key="a").set_value("rome").run()
    app.switch_page("components/pages/neighbours/page.py").run()
    app.switch_page("components/pages/analogies/page.py").run()
    assert app.text_input(key="a").value == "rome"
