"""Words laid out alone: selected on the map or brought as a list, and the way back to all."""

from collections.abc import Sequence

from streamlit.testing.v1 import AppTest

import models
from components.pages.map.word_selection import LISTED, OWN
from models.maps.word_list import LONGEST
from tests.components.apps import linked, said
from tests.components.pages.map.test_page import drawing, open_map, python, settled


def chosen_page() -> None:
    """What stands below the map once words were selected, and the box of one's own words."""
    import streamlit as st

    import models
    from components import session
    from components.pages.map.word_selection import layout_button

    st.text_area("own", key="own")
    st.text(f"shown: {session.get('map-words')}")
    layout_button(models.load("glove-50"), st.session_state["chosen"])


def selected(words: Sequence[str], own: str = "", before: str = "10,000") -> AppTest:
    """The session after these words were selected and laid out."""
    app = AppTest.from_function(chosen_page)
    for name, value in (("chosen", words), ("own", own), ("map-words", before)):
        app.session_state[name] = value
    app.run()
    return app.button(key="map-lay-out").click().run()


FEW = ["cat", "dog", "paris", "london", "king"]


def test_a_few_words_go_into_the_box_that_the_link_keeps() -> None:
    app = selected(FEW)
    assert app.text_area(key="own").value == "cat dog paris london king"
    assert f"shown: {OWN}" in app.text[0].value
    app.session_state["chosen"] = FEW[:4]
    app.run()
    app.button(key="map-lay-out").click().run()  # what we typed may be typed over
    assert app.text_area(key="own").value == "cat dog paris london"


def test_what_a_visitor_typed_is_never_typed_over() -> None:
    app = selected(FEW, own="pets: cat")
    assert app.text_area(key="own").value == "pets: cat"
    assert f"shown: {LISTED}" in app.text[0].value
    assert app.session_state["map-list"][0].split("\n") == FEW


def test_words_that_a_box_cannot_hold_become_a_list() -> None:
    space = models.load("glove-50")
    for words in ([*FEW, ","], space.vocabulary.chunk(0, 3_000)):
        app = selected(words)
        assert app.text_area(key="own").value == ""
        assert app.session_state["map-list"][0].split("\n") == words


def test_too_few_words_make_no_map() -> None:
    app = AppTest.from_function(chosen_page)
    app.session_state["chosen"] = ["cat", "dog", "cow"]
    assert app.run().button(key="map-lay-out").disabled


def with_list(words: Sequence[str], **query: str) -> AppTest:
    app = linked()
    app.query_params["map-words"] = LISTED
    for name, value in query.items():
        app.query_params[name] = value
    app.session_state["map-list"] = ("\n".join(words), "selected on the map")
    return app.run()


def test_a_list_is_laid_out_and_all_words_come_back() -> None:
    words = models.load("glove-50").vocabulary.chunk(30_000, 30_200)
    app = settled(with_list([*words, "<b>qqzzyyx</b>"]))
    text = said(app)
    assert "200 of 400,000 words, of your list" in text
    assert "200 words selected on the map are laid out alone" in text
    assert "the link does not carry them" in text
    assert "This space lacks \\<b\\>qqzzyyx" in text
    assert "words = [...]  # the 200 words of the map" in python(app)
    assert app.session_state["made:map now"][1].words == words
    app.button(key="map-all").click().run()
    assert "20,000 of 400,000 words, the most frequent" in said(app)
    assert not any(button.key == "map-all" for button in app.button)


def test_a_list_by_tsne_is_made_smaller_and_says_so() -> None:
    app = with_list(models.load("glove-50").vocabulary.chunk(100, 11_000), layout="t-SNE")
    assert "the 10,000 most frequent are laid out" in said(app)
    assert drawing(app)
    app.button(key="map-job-cancel").click().run()
    assert "10,000 of 400,000 words, of your list" in said(app)


def test_a_list_of_fifty_thousand_by_pca() -> None:
    app = with_list(models.load("glove-50").vocabulary.chunk(1_000, 52_000), layout="PCA")
    assert "50,000 of 400,000 words, of your list" in said(app)
    assert "the most frequent of 51,000" in said(app)


def test_a_link_to_a_list_of_another_session_says_so() -> None:
    app = open_map(map_words=LISTED)
    assert "stayed in the session in which it was chosen" in said(app)
    assert "20,000 of 400,000 words, the most frequent" in said(app)
    app.button(key="map-all").click().run()
    assert "stayed in the session" not in said(app)


def test_a_list_can_be_pasted_and_uploaded() -> None:
    app = open_map(layout="PCA")
    app.text_area(key="map-list-pasted").set_value("cat\ndog").run()
    upload = next(each for each in app.file_uploader if each.key.startswith("map-list-file"))
    upload.set_value(("my<i>.csv", b"word,n\nparis,1\nlondon,2\nrome,3\n", "text/csv")).run()
    app.button(key="map-list-start").click().run()
    assert "5 of 400,000 words, of your list" in said(app)
    assert "5 words of my\\<i\\>\\.csv are laid out alone" in said(app)
    assert app.text_area(key="map-list-pasted").proto.max_chars == LONGEST


def test_a_file_that_is_no_list_is_told() -> None:
    app = open_map(layout="PCA")
    upload = next(each for each in app.file_uploader if each.key.startswith("map-list-file"))
    upload.set_value(("mine.txt", b"\xff\xfe\x00", "text/plain")).run()
    app.button(key="map-list-start").click().run()
    assert "is no text in UTF" in said(app)
    assert "20,000 of 400,000 words" in said(app)
