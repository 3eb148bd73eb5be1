"""A word that a space of fastText lacks is answered; the page says what its vector is made of."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from models import SpaceCard, Vocabulary
from models.sources.subwords import Subwords, SubwordSpace
from tests.components.apps import linked, said

WORDS = ["the", "king", "queen", "man", "woman", *(f"word{number}" for number in range(60))]


def fast() -> SubwordSpace:
    random = np.random.default_rng(3)
    pieces = Subwords(random.normal(size=(500, 20)).astype(np.float32), 4, 5)
    own = random.normal(size=(len(WORDS), 20)).astype(np.float32)
    vectors = pieces.compose([word.encode() for word in WORDS], own)
    card = SpaceCard("my-fast", "fast", len(WORDS), 20, "a test", "yours", 1, ready=True)
    return SubwordSpace("my-fast", Vocabulary(WORDS), vectors, (), card, subwords=pieces)


def page(name: str, **query: str) -> AppTest:
    app = linked(space="my-fast", **query)
    app.session_state["own-spaces"] = {"my-fast": fast()}
    return app.run().switch_page(f"components/pages/{name}/page.py").run()


def test_neighbours_of_an_unknown_word_and_what_its_vector_is_made_of() -> None:
    app = page("neighbours", q="kings")
    text = said(app)
    assert "is nearest to kings of all 65 words" in text
    assert (
        "The vector of **kings** is made of its pieces: it is not among the words of fast." in text
    )
    code = next(str(block.value) for block in app.code if "import models" in str(block.value))
    assert 'models.read_vectors("my-fast.bin")' in code
    app.text_input(key="q").set_value("kings - queens + man").run()
    assert "The vectors of **kings** and **queens** are made of their pieces" in said(app)
    app.text_input(key="q").set_value("king").run()
    assert "pieces" not in said(app)


def test_a_word_without_pieces_is_unknown_and_code_is_no_code() -> None:
    app = page("neighbours", q="x")
    assert "“x” is not one of the words of fast." in said(app)
    app.text_input(key="q").set_value('"<b>alert</b>"').run()
    text = said(app)
    assert "<b>" not in text
    assert r"The vector of **\<b\>alert\<\/b\>** is made of its pieces" in text


def test_at_fewer_dimensions_the_page_says_where_the_vector_is_to_be_had() -> None:
    app = page("neighbours", q="kings", d="10")
    text = said(app)
    assert "“kings” is not one of the words of fast." in text
    assert "At all 20 dimensions **kings** has a vector, made of its pieces" in text
    app.text_input(key="q").set_value("x").run()
    assert "has a vector" not in said(app)


def test_the_other_side_may_make_it_of_pieces_too() -> None:
    app = page("neighbours", q="minister")
    app.selectbox(key="space").set_value("glove-50").run()
    app.selectbox(key="against").set_value("my-fast").run()
    text = said(app)
    assert "The vector of **minister** is made of its pieces" in text
    assert "of 10** neighbours are the same" in text


@pytest.mark.parametrize("unknown", ["a", "b", "c"])
def test_an_analogy_with_an_unknown_word(unknown: str) -> None:
    words = {"a": "man", "b": "king", "c": "woman", "expected": "queen"}
    app = page("analogies", **words | {unknown: "kingly"})
    text = said(app)
    assert "is first of all 65 words" in text
    assert "The vector of **kingly** is made of its pieces" in text
    app.text_input(key="expected").set_value("").run()
    first = said(app).partition("** is first")[0].rpartition("**")[2]
    app.text_input(key="expected").set_value(first).run()
    assert f"**{first}** is first of all 65 words" in said(app)


def test_an_answer_has_to_be_a_word_of_the_space() -> None:
    text = said(page("analogies", a="man", b="king", c="woman", expected="queens"))
    assert "“queens” is not one of the words of fast." in text
