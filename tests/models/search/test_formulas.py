"""Word formulas: what they mean, and what is said where they mean nothing."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models import EmbeddingError, EmbeddingSpace, FormulaError, InvalidRequest, UnknownWord
from models.search.formulas import parse
from models.search.questions import read, replace_word


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("king", {"king": 1}),
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("king-man+woman", {"king": 1, "man": -1, "woman": 1}),
        ("king − man", {"king": 1, "man": -1}),
        ("- man", {"man": -1}),
        ("2 king", {"king": 2}),
        ("2*king - .5 (man + woman)", {"king": 2, "man": -0.5, "woman": -0.5}),
        ("king * 2", {"king": 2}),
        ("a - (b - (c - d))", {"a": 1, "b": -1, "c": 1, "d": -1}),
        ("king + king", {"king": 2}),
        ("1984", {"1984": 1}),
        ("2 3", {"3": 2}),
        ('"new york" - "x+y"', {"new york": 1, "x+y": -1}),
        ("“new york”", {"new york": 1}),
        ("new-york - york", {"new-york": 1, "york": -1}),
        ("x-ray-man", {"x-ray": 1, "man": -1}),
    ],
)
def test_a_formula_means(text: str, weights: dict[str, float]) -> None:
    known = {"new-york", "x-ray"}.__contains__
    assert dict(parse(text, known=known).weights) == weights


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "Write a word"),
        ("   ", 0, "Write a word"),
        ("king +", 6, "ends where a word is missing"),
        ("king man", 5, "operator is missing"),
        ("(king", 0, "opened and not closed"),
        ("king)", 4, "never opened"),
        ('king + "open', 7, "quotation mark"),
        ('""', 0, "no word between"),
        ("king - king", 0, "cancels out"),
        ("5000 king", 0, "at most"),
        ("king * man", 7, "stands a number"),
        ("__import__('os').system('id')", 10, "operator is missing"),
    ],
)
def test_a_mistake_is_located(text: str, position: int, says: str) -> None:
    with pytest.raises(FormulaError, match=says) as caught:
        parse(text)
    assert caught.value.position == position


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(EmbeddingError):
        assert parse(text).weights


@pytest.mark.parametrize("text", ["a" * 10_000, "(" * 900, "-" * 1000, "((((a", "9" * 999 + " a"])
def test_absurd_formulas_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


def test_a_formula_adds_unit_vectors(tiny: EmbeddingSpace) -> None:
    vector = parse("2 king - man").vector(tiny)
    king, man = tiny.unit(tiny.indices(["king", "man"]))
    assert np.allclose(vector, 2 * king - man, atol=1e-6)


def test_words_that_cancel_in_the_space_are_refused() -> None:
    space = EmbeddingSpace(
        "twins", models.Vocabulary(["a", "b"]), np.ones((2, 3), dtype=np.float32)
    )
    with pytest.raises(InvalidRequest, match="cancels out"):
        models.formula(space, "a - b")


def test_an_unknown_word_in_a_formula_is_named(glove_50: EmbeddingSpace) -> None:
    with pytest.raises(UnknownWord, match="womann"):
        models.formula(glove_50, "king - man + womann")


def test_a_question_is_a_word_words_or_a_formula(glove_50: EmbeddingSpace) -> None:
    assert read("king", glove_50).kind == "word"
    assert read(",", glove_50).words == (",",)
    assert read("new-york", glove_50).words == ("new-york",)
    assert read(" paris, rome ", glove_50).words == ("paris", "rome")
    assert read("king - man", glove_50).kind == "formula"
    assert list(read("king", glove_50).answer(glove_50, k=1)["word"]) == ["prince"]


def test_the_code_of_a_question_gives_its_answer(glove_50: EmbeddingSpace) -> None:
    for text in ("king", "paris, rome", "king - man + woman"):
        question = read(text, glove_50)
        code = question.code(", k=3")
        shown = eval(code, {"models": models, "space": glove_50})  # noqa: S307  our own text
        assert shown.equals(question.answer(glove_50, k=3))


def test_a_suggestion_replaces_the_wrong_word_alone() -> None:
    assert replace_word("king - mann + woman", "mann", "man") == "king - man + woman"
    assert replace_word("kign", "kign", "king") == "king"
    assert replace_word("paris, roma", "roma", "rome") == "paris, rome"
    assert replace_word("york - man", "york", "new-york") == '"new-york" - man'
