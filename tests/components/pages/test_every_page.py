"""Every page: loads, answers an interaction, survives an unknown word and an absurd URL."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.components.apps import linked, said, settled

PAGES = {
    "map": "Where do words live?",
    "neighbours": "What is near a word?",
    "analogies": "Does king − man + woman give queen?",
    "dimensions": "What does every dimension buy?",
}
WORD_BOX = {"map": "word", "neighbours": "q", "analogies": "a", "dimensions": "follow"}
# The sweep that is drawn as soon as the page opens: of few words, and one way to reduce.
QUICK = {"dimensions": {"words": "10,000", "methods": "PCA"}}
HOSTILE = [
    "a" * 10_000,
    "<script>alert(1)</script>",
    "**bold** [x](javascript:alert(1)) :red[y] $z$",
    "\x00\x07\u202e",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\N{PILE OF POO}",
    "   ",
]
Open = Callable[..., AppTest]


@pytest.fixture
def open_page() -> Open:
    def open_it(page: str, **query: str) -> AppTest:
        app = linked(**(QUICK.get(page, {}) | query)).run()
        return app if page == "map" else app.switch_page(f"components/pages/{page}/page.py").run()

    return open_it


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_and_asks_its_question(open_page: Open, page: str) -> None:
    app = open_page(page)
    assert PAGES[page] in said(app)
    assert not app.warning


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_word_is_answered_with_suggestions_to_click(open_page: Open, page: str) -> None:
    app = open_page(page)
    key = WORD_BOX[page]
    settled(app.text_input(key=key).set_value("queeen").run())
    assert "is not one of the words of" in said(app)
    suggestion = next(button for button in app.button if button.label == "queen")
    settled(suggestion.click().run())
    assert app.text_input(key=key).value == "queen"
    assert "is not one of the words of" not in said(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gets_a_sentence_and_the_page_stays(
    open_page: Open, page: str, text: str
) -> None:
    app = open_page(page)
    app.text_input(key=WORD_BOX[page]).set_value(text).run()
    assert PAGES[page] in said(app)
    assert "<script>" not in said(app)
    app.text_input(key=WORD_BOX[page]).set_value("king").run()
    assert not app.warning


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        {"d": "abc"},
        {"d": "999999999999"},
        {"d": "-5"},
        {"space": "../../etc/passwd"},
        {"space": "glove-100", "d": "7", "k": "x", "layout": "<b>", "among": "9", "view": "4-D"},
        {
            "at": "{" * 5000,
            "own": "x" * 9000,
            "method": "eval",
            "show": "0",
            "metric": "",
            "against": "\x00",
        },
        {"at": '{"camera": []}', "q": "((((", "a": "", "colour": "similarity to the word"},
    ],
)
def test_an_absurd_url_opens_the_page(open_page: Open, page: str, query: dict[str, str]) -> None:
    app = open_page(page, **query)
    assert PAGES[page] in said(app)


def test_the_dimensions_of_a_link_are_kept(open_page: Open) -> None:
    app = open_page("neighbours", space="glove-100", d="25", q="paris")
    assert "25 of 100 dimensions" in said(app)
    assert app.text_input(key="q").value == "paris"


def test_fewer_dimensions_reach_every_page(open_page: Open) -> None:
    for page in PAGES:
        app = open_page(page)
        app.slider[0].set_value(20).run()
        assert "cut to 20 of 50 dimensions" in said(app)
        assert app.query_params["d"] == "20"


def test_another_space_keeps_the_cut_where_it_fits(open_page: Open) -> None:
    app = open_page("neighbours")
    app.slider[0].set_value(20).run()
    app.selectbox(key="space").set_value("glove-100").run()
    assert app.slider[0].value == 20
    app.slider[0].set_value(80).run()
    app.selectbox(key="space").set_value("glove-50").run()
    assert app.slider[0].value == 50


def test_neighbours_of_a_formula_and_side_by_side(open_page: Open) -> None:
    app = open_page("neighbours", q="king - man + woman")
    assert "**queen** is nearest to" in said(app)
    app.slider[0].set_value(10).run()
    assert "neighbours are the same on both sides" in said(app)
    app.selectbox(key="against").set_value("minilm-384").run()
    assert "neighbours are the same on both sides" in said(app)


def test_a_mistake_in_a_formula_keeps_what_was_typed(open_page: Open) -> None:
    app = open_page("neighbours")
    app.text_input(key="q").set_value("king - (man").run()
    assert "opened and not closed" in said(app)
    assert app.text_input(key="q").value == "king - (man"


def test_an_analogy_is_answered_and_examined(open_page: Open) -> None:
    app = open_page("analogies")
    text = said(app)
    assert "**queen** is first of all 400,000 words (cosine **0.852**) and stays first" in text
    assert "With the query words allowed, 3CosAdd answers **king**" in text
    app.button(key="presets-france : paris :: japan").click().run()
    assert "**tokyo** is" in said(app)


def test_an_analogy_without_expected_answer(open_page: Open) -> None:
    app = open_page("analogies")
    app.text_input(key="expected").set_value("").run()
    assert "**queen** is first" in said(app)
    app.text_input(key="b").set_value("").run()
    assert "Type a word for b" in said(app)


def test_the_map_takes_words_of_ones_own(open_page: Open) -> None:
    app = open_page("map")
    app.text_area(key="own").set_value("pets: cat, dog\nParis qqzzyyx").run()
    assert "Not among the words of this space: qqzzyyx" in said(app)


@pytest.mark.parametrize(
    ("page", "query"), [("map", {"word": "paris"}), ("neighbours", {"q": "paris"})]
)
def test_rare_words_that_lead_can_be_left_out_by_a_click(
    open_page: Open, page: str, query: dict[str, str]
) -> None:
    app = open_page(page, **query)
    assert "The first answer is a rare word" in said(app)
    app.button(key=f"{page}-frequent").click().run()
    assert "of the 40,000 most frequent of 400,000 words" in said(app)
    assert "The first answer is a rare word" not in said(app)


def test_the_filter_is_stated_whole(open_page: Open) -> None:
    app = open_page("neighbours", q="bank")
    app.selectbox(key="among").set_value("20,000")
    app.toggle(key="letters").set_value(True).run()
    whole = "the 20,000 most frequent of 400,000 words \\(numerals and punctuation hidden\\)"
    assert said(app).count(whole) == 2  # beside the result and in the foot


@pytest.mark.parametrize("page", ["map", "neighbours", "analogies"])
def test_copy_as_python_runs_and_gives_the_page_s_numbers(
    open_page: Open, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_page(page, d="20")
    code = next(str(block.value) for block in app.code if "import models" in str(block.value))
    exec(compile(code, page, "exec"), {})  # noqa: S102  our own text, as a visitor runs it
    assert "word" in capsys.readouterr().out
