"""Rules of thumb: golden values and their edges."""

import pytest

from models.errors import InvalidRequest
from models.quality.rules import rules_of_thumb


def advised(name: str, words: int) -> int:
    (rule,) = (rule for rule in rules_of_thumb(words) if rule.name == name)
    return rule.dimension


@pytest.mark.parametrize(
    ("n", "dimension"),
    [(1, 2), (944, 74), (1635, 101), (1665, 102), (39_431, 599), (39_432, 600), (400_000, 600)],
)
def test_fastai(n: int, dimension: int) -> None:
    assert advised("fastai", n) == dimension


def test_without_rounding_the_cap_of_fastai_is_reached_later() -> None:
    assert 1.6 * 39_489**0.56 < 600 <= 1.6 * 39_490**0.56
    assert advised("fastai", 39_490) == 600


@pytest.mark.parametrize(
    ("n", "dimension"), [(1, 1), (2, 2), (7, 4), (97, 49), (98, 50), (500, 50)]
)
def test_fastai_early(n: int, dimension: int) -> None:
    assert advised("fastai, early v1", n) == dimension


@pytest.mark.parametrize(("c", "dimension"), [(2, 1), (8, 4), (98, 49), (99, 50), (500, 50)])
def test_fastai_course(c: int, dimension: int) -> None:
    assert advised("fastai 0.7", c - 1) == dimension


def test_tensorflow() -> None:
    assert advised("TensorFlow", 625) == 5


def test_all_rules_for_the_words_of_glove_50() -> None:
    rules = rules_of_thumb(400_000)
    assert [rule.dimension for rule in rules] == [600, 50, 50, 25]
    assert all(rule.name and rule.formula and rule.source for rule in rules)


def test_one_word_gets_at_least_one_dimension() -> None:
    assert min(rule.dimension for rule in rules_of_thumb(1)) == 1


@pytest.mark.parametrize("words", [0, -3, True])
def test_no_words_are_refused(words: int) -> None:
    with pytest.raises(InvalidRequest, match="at least one word"):
        rules_of_thumb(words)
