"""nn.Embedding taken apart: which rows get a gradient, how large, and what a step moves."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidRequest
from models.jobs.reporter import LocalReporter
from models.training.lookup import Step, Table, take_apart

WORDS = ("good", "bad", "movie", "is")


def apart(*sentences: str, **options: object) -> dict[str, tuple[Step, ...]]:
    table = Table(WORDS, tuple(tuple(s.split()) for s in sentences), **options)  # type: ignore[arg-type]
    return take_apart(LocalReporter(), table)


def test_the_mean_gives_a_24th_to_each_entry_of_three_rows_and_nothing_to_the_fourth() -> None:
    step = apart("movie is good")["SGD"][0]
    expected = np.zeros((4, 8))
    expected[[0, 2, 3]] = 1 / 24
    np.testing.assert_allclose(step.gradient, expected, rtol=1e-6)
    assert list(step.reached) == [True, False, True, True]


def test_a_repeated_word_sums_its_gradients() -> None:
    step = apart("good good is")["SGD"][0]
    np.testing.assert_allclose(step.gradient[0], 2 / 24, rtol=1e-6)
    np.testing.assert_allclose(step.gradient[3], 1 / 24, rtol=1e-6)


def test_what_is_looked_up_are_rows_of_the_table() -> None:
    step = apart("is good is")["SGD"][0]
    np.testing.assert_array_equal(step.looked_up, step.table[[3, 0, 3]])
    assert step.loss == pytest.approx(step.looked_up.mean(), rel=1e-5)


def test_sgd_moves_by_the_rate_times_the_gradient() -> None:
    step = apart("movie is good", rate=0.5)["SGD"][0]
    np.testing.assert_allclose(step.moved, -0.5 * step.gradient, atol=1e-6)


def test_adams_first_step_has_the_length_of_the_rate_wherever_there_is_a_gradient() -> None:
    step = apart("movie is good", rate=0.1)["Adam"][0]
    np.testing.assert_allclose(step.moved[[0, 2, 3]], -0.1, rtol=1e-4)
    assert not step.moved[1].any()


def test_adam_goes_on_moving_a_row_that_the_second_sentence_lacks_and_sgd_does_not() -> None:
    found = apart("movie is good", "movie is bad")
    assert list(found["SGD"][1].changed) == [False, True, True, True]
    assert list(found["Adam"][1].changed) == [True, True, True, True]
    assert not found["Adam"][1].gradient[0].any()


def test_with_sparse_gradients_adam_moves_only_what_was_looked_up() -> None:
    found = apart("movie is good", "movie is bad", sparse=True)
    assert list(found["Adam"][1].changed) == [False, True, True, True]
    assert found["Adam"][0].stored == 3 * 8
    assert apart("movie is good")["Adam"][0].stored == 4 * 8


def test_padding_is_a_row_of_zeros_that_learns_nothing() -> None:
    step = apart("movie is good", padding="is")["SGD"][0]
    assert not step.table[3].any()
    assert not step.gradient[3].any()
    np.testing.assert_allclose(step.gradient[0], 1 / 24, rtol=1e-6)  # it still counts in the mean


def test_max_norm_changes_the_table_at_the_lookup() -> None:
    step = apart("movie is good", max_norm=1.0)["SGD"][0]
    lengths = np.linalg.norm(step.table, axis=1)
    assert lengths[[0, 2, 3]] == pytest.approx(1.0, abs=1e-3)
    assert list(step.cut) == [True, False, True, True]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.sampled_from(["sum", "squares"])
)
def test_the_gradient_is_what_the_formula_says(sentence: list[str], loss: str) -> None:
    step = apart(" ".join(sentence), loss=loss)["SGD"][0]
    expected = np.zeros((4, 8))
    for row in step.ids:
        expected[row] += 1 if loss == "sum" else step.table[row] / (8 * len(sentence))
    np.testing.assert_allclose(step.gradient, expected, rtol=1e-4, atol=1e-7)


def test_the_same_seed_gives_the_same_table_and_leaves_torchs_own_alone() -> None:
    import torch

    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    one, other = apart("good")["SGD"][0], apart("good")["SGD"][0]
    np.testing.assert_array_equal(one.table, other.table)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"vocabulary": ()}, "0 words in the vocabulary"),
        ({"vocabulary": ("good", "good")}, "once"),
        ({"sentences": ((),)}, "0 words in a sentence"),
        ({"sentences": (("terrible",),)}, "“terrible” has no row"),
        ({"dimension": 0}, "0 dimensions"),
        ({"dimension": 5000}, "5000 dimensions"),
        ({"loss": "hope"}, "“hope” is no loss"),
        ({"rate": float("nan")}, "learning rate"),
        ({"rate": -1.0}, "learning rate"),
        ({"max_norm": 0.0}, "above 0"),
        ({"padding": "pad"}, "“pad” has no row"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(options: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        Table(**({"vocabulary": WORDS, "sentences": (("good",),)} | options))  # type: ignore[arg-type]


def test_describing_a_table_does_not_load_torch() -> None:
    code = (
        "import sys; from models.training.lookup import Table; "
        "Table(('a',), (('a',),)); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
