"""Spaces that a visitor has made or brought: on every page, and in no other session."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from models import EmbeddingSpace, SpaceCard, Vocabulary
from tests.components.apps import linked, said, settled


def made(name: str = "trained", words: int = 300, dimension: int = 20) -> EmbeddingSpace:
    random = np.random.default_rng(7)
    card = SpaceCard(
        name, "Trained here", words, dimension, "a test", "yours", 4 * words, ready=True
    )
    return EmbeddingSpace(
        name,
        Vocabulary([f"word{number}" for number in range(words - 2)] + ["king", "queen"]),
        random.normal(size=(words, dimension)).astype(np.float32),
        card=card,
    )


def _adding() -> None:
    import streamlit as st

    from components import session
    from tests.components.pages.test_own_spaces import made

    names = [session.add_space(made("Mein Run <b>")) for _ in range(2)]
    st.write(names, session.space_names()[-2:], session.loading_code(names[0]))


def test_a_space_gets_a_name_of_its_own() -> None:
    app = AppTest.from_function(_adding).run()
    assert not app.exception
    assert list(app.session_state["own-spaces"]) == ["my-mein-run-b", "my-mein-run-b-2"]
    assert app.session_state["own-spaces"]["my-mein-run-b-2"].name == "my-mein-run-b-2"


def test_there_is_room_for_a_few() -> None:
    def one_more() -> None:
        import streamlit as st

        from components import session
        from models import InvalidRequest
        from tests.components.pages.test_own_spaces import made

        st.session_state["own-spaces"] = {f"my-{i}": made() for i in range(session.MOST_OWN)}
        try:
            session.add_space(made())
        except InvalidRequest as error:
            st.warning(str(error))

    assert "Remove one" in AppTest.from_function(one_more).run().warning[0].value


@pytest.mark.parametrize("page", ["map", "neighbours", "analogies", "dimensions", "compare"])
def test_every_page_shows_it(page: str) -> None:
    app = linked(space="my-trained")
    app.session_state["own-spaces"] = {"my-trained": made("my-trained")}
    app.run()
    if page != "map":
        app.switch_page(f"components/pages/{page}/page.py").run()
    text = said(settled(app.run()))
    assert "Trained here: 300 words" in text
    assert "It failed" not in text


@pytest.mark.parametrize("page", ["map", "neighbours", "analogies", "dimensions", "compare"])
@pytest.mark.parametrize(("words", "dimension"), [(5, 2), (300, 2), (5, 20), (300, 1)])
def test_a_tiny_space_gets_sentences_too(page: str, words: int, dimension: int) -> None:
    app = linked(space="my-tiny")
    app.session_state["own-spaces"] = {"my-tiny": made("my-tiny", words, dimension)}
    app.run()
    if page != "map":
        app.switch_page(f"components/pages/{page}/page.py").run()
    text = said(settled(app.run()))
    assert f"Trained here: {words} words" in text
    assert "It failed" not in text


def test_what_is_computed_of_it_is_nobody_elses() -> None:
    app = linked(space="my-trained")
    app.session_state["own-spaces"] = {"my-trained": made("my-trained")}
    app.run()
    app.switch_page("components/pages/dimensions/page.py").run()
    held = app.session_state["made:jobs"][1]
    assert held
    assert all(job.computation.name[0] == "own" for _, job in held.values())


def test_a_link_to_a_space_of_another_session_says_so_and_keeps_the_rest() -> None:
    app = linked(space="my-secret", word="queen").run()
    text = said(app)
    assert "my\\-secret” lived in another session" in text
    assert "is nearest to **queen**" in text


def test_no_other_session_sees_it() -> None:
    one, other = linked(), linked()
    one.session_state["own-spaces"] = {"my-trained": made("my-trained")}
    one.run()
    other.run()
    assert "my-trained" in one.selectbox(key="space").options
    assert "my-trained" not in other.selectbox(key="space").options
