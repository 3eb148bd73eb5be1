"""All sizes at once beside one size at a time: the same answers, ties and zero vectors included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.quality.metrics.analogy_batches import solve
from models.quality.suites.builtin import google_analogies, suite_rows
from models.quality.sweep.nested_analogies import solve_nested
from models.quality.sweep.nested_neighbours import nearest_nested, ranks_nested
from models.reduction.reduce import METHODS, reduce
from models.search.neighbours import scores_of, top
from models.space import EmbeddingSpace, Rows
from models.vocabulary import Vocabulary


def space_of(vectors: np.ndarray) -> EmbeddingSpace:
    words = Vocabulary([f"w{row}" for row in range(len(vectors))])
    return EmbeddingSpace("random", words, np.asfortranarray(vectors, dtype=np.float32))


def prefixes(space: EmbeddingSpace, sizes: list[int]) -> list[EmbeddingSpace]:
    return [reduce(space, dimension=size, method="first") for size in sizes]


def drawn(seed: int, words: int, dimension: int, *, coarse: bool) -> np.ndarray:
    """Vectors of which many are equal and some are zero where `coarse`."""
    generator = np.random.default_rng(seed)
    if coarse:
        return generator.integers(-1, 2, size=(words, dimension)).astype(np.float32)
    return generator.normal(size=(words, dimension)).astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    words=st.integers(4, 700),
    dimension=st.integers(1, 9),
    coarse=st.booleans(),
)
def test_every_size_answers_as_if_it_were_alone(
    seed: int, words: int, dimension: int, coarse: bool
) -> None:
    space = space_of(drawn(seed, words, dimension, coarse=coarse))
    generator = np.random.default_rng(seed)
    questions = generator.integers(words, size=(60, 4)).astype(np.intp)
    cuts = prefixes(space, list(range(1, dimension + 1)))
    alone = [solve(cut, questions) for cut in cuts]
    assert np.array_equal(solve_nested(cuts, questions), alone)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("precision", ["float32", "1-bit"])
def test_real_questions_at_real_sizes(
    glove_100: EmbeddingSpace, method: str, precision: str
) -> None:
    head = 6_000
    questions = known(glove_100, head)[::7]
    cuts = [
        reduce(glove_100, dimension=size, method=method, precision=precision).head(head)
        for size in (4, 30, 100)
    ]
    alone = [solve(cut, questions) for cut in cuts]
    assert np.array_equal(solve_nested(cuts, questions), alone)
    assert alone[-1].mean() > 0.1  # of something to agree on


@pytest.mark.parametrize("factor", [1e-14, 1e14])
def test_lengths_do_not_matter(glove_100: EmbeddingSpace, factor: float) -> None:
    head = glove_100.head(3_000)
    lengths = np.random.default_rng(0).uniform(0.01, 100, size=(3_000, 1)) * factor
    scaled = space_of((head.vectors * lengths).astype(np.float32))
    questions = known(head, 3_000)[::5]
    assert np.array_equal(solve_nested([scaled], questions), solve_nested([head], questions))


def test_no_question_is_no_work(tiny: EmbeddingSpace) -> None:
    none = np.zeros((0, 4), dtype=np.intp)
    assert solve_nested([tiny], none).shape == (1, 0)


def test_progress_rises_and_ends_the_work(glove_100: EmbeddingSpace) -> None:
    heard: list[float] = []
    head = glove_100.head(3_000)
    solve_nested([head], known(glove_100, 3_000)[:50], progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1

    def cancel(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_nested([head], known(glove_100, 3_000)[:50], progress=cancel)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), words=st.integers(3, 600), dimension=st.integers(1, 8))
def test_neighbours_of_every_size(seed: int, words: int, dimension: int) -> None:
    space = space_of(drawn(seed, words, dimension, coarse=False))
    rows = np.unique(np.random.default_rng(seed).integers(words, size=5)).astype(np.intp)
    cuts = prefixes(space, sorted({1, max(1, dimension // 2), dimension}))
    k = min(10, words - 1)
    found = nearest_nested(cuts, rows, k=k)
    for place, cut in enumerate(cuts):
        for number, row in enumerate(rows):
            assert nearly_the_nearest(cut, int(row), found[place, number])


def nearly_the_nearest(cut: EmbeddingSpace, row: int, found: np.ndarray) -> bool:
    """Whether `found` are the nearest by a plain search, up to what float32 cannot tell."""
    unit = cut.unit(slice(None)).astype(np.float64)
    scores = unit @ unit[row]
    scores[row] = -np.inf
    best = np.sort(scores)[::-1][: len(found)]
    return bool(np.allclose(scores[found], best, atol=2e-6)) and row not in found


def test_fewer_words_than_neighbours(tiny: EmbeddingSpace) -> None:
    found = nearest_nested([tiny], np.array([0]), k=10)
    assert sorted(found[0, 0][:4]) == [1, 2, 3, 4]
    assert (found[0, 0][4:] == -1).all()


def test_ranks_are_those_of_a_plain_search(glove_100: EmbeddingSpace) -> None:
    head = 5_000
    cuts = [reduce(glove_100, dimension=size).head(head) for size in (5, 40)]
    rows = np.array([3, 700, 4_999])
    wanted = np.random.default_rng(0).integers(head, size=(2, 3, 6)).astype(np.int32)
    wanted[wanted == rows[None, :, None]] = 17
    wanted[0, 0, 0] = -1
    found = ranks_nested(cuts, rows, wanted)
    assert found[0, 0, 0] == 1
    for place, cut in enumerate(cuts):
        for number, row in enumerate(rows):
            scores = scores_of(cut, cut.vectors[row][None], metric="cosine")[0]
            scores[row] = -np.inf
            order = top(scores, head).tolist()
            for word, rank in zip(wanted[place, number], found[place, number], strict=True):
                assert word < 0 or abs(order.index(word) + 1 - rank) <= 1  # rounding


def known(space: EmbeddingSpace, head: int) -> Rows:
    suite = google_analogies()
    rows = suite_rows(space, suite.words, most_frequent=head)[suite.questions]
    return rows[(rows >= 0).all(axis=1)]
