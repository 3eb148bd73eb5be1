"""solve(): a plain loop beside it, and what must not change the answers."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import models
from models.errors import InvalidRequest
from models.quality.metrics.analogy_batches import solve
from models.search.objectives import Convention
from models.space import EmbeddingSpace
from models.vocabulary import Vocabulary

METHODS = ("3cosadd", "3cosmul", "pairdirection")
SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("exclude", [True, False])
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, words=st.integers(4, 60), dimension=st.integers(1, 6), copies=st.booleans())
def test_agrees_with_a_plain_loop(
    method: str, exclude: bool, seed: int, words: int, dimension: int, copies: bool
) -> None:
    space = random_space(words, dimension, seed)
    if copies:  # equal vectors tie: the more frequent word wins
        halves = np.concatenate([space.vectors[: words // 2], space.vectors[: words - words // 2]])
        space = with_vectors(space, halves)
    questions = random_questions(words, 12, seed)
    leads = plain_leads(space, questions, method=method, exclude=exclude)
    answers = solve(space, questions, Convention(method, exclude))
    clear = [abs(lead) > 1e-9 or lead == 0 for lead in leads]
    assert [bool(a) for a, c in zip(answers, clear, strict=True) if c] == [
        is_right(lead) for lead, c in zip(leads, clear, strict=True) if c
    ]


@pytest.mark.parametrize("method", ["3cosadd", "pairdirection"])
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_takes_vectors_as_they_are(method: str, seed: int) -> None:
    space = random_space(40, 5, seed)
    questions = random_questions(40, 12, seed)
    leads = plain_leads(space, questions, method=method, normalise=False)
    answers = solve(space, questions, Convention(method, normalise=False))
    assert answers.tolist() == [is_right(lead) for lead in leads]


@pytest.mark.parametrize("exclude", [True, False])
@pytest.mark.parametrize("method", METHODS)
def test_agrees_with_a_ranking_over_many_blocks(method: str, exclude: bool) -> None:
    space = parallelograms(5_000, 20, seed=3)
    questions = np.random.default_rng(4).integers(0, 1_000, size=(300, 2))
    questions = np.array(
        [(i, i + 1_000, j, j + 1_000) for i, j in questions if i != j], dtype=np.intp
    )
    answers = solve(space, questions, Convention(method, exclude))
    ranked = [
        models.analogy(
            space,
            *(space.vocabulary[int(row)] for row in question[:3]),
            k=1,
            method=method,
            exclude_query_words=exclude,
        )["word"][0]
        == space.vocabulary[int(question[3])]
        for question in questions
    ]
    assert answers.tolist() == ranked
    if exclude:
        assert 0.1 < answers.mean() < 0.95  # the comparison sees both


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_a_rotation_changes_nothing(method: str, seed: int) -> None:
    space = random_space(50, 5, seed)
    questions = random_questions(50, 12, seed)
    assume(clearly_decided(space, questions, method))
    rotation, _ = np.linalg.qr(np.random.default_rng(seed + 1).normal(size=(5, 5)))
    turned = with_vectors(space, (space.vectors @ rotation).astype(np.float32))
    assert same(
        solve(turned, questions, Convention(method)),
        solve(space, questions, Convention(method)),
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_the_length_of_vectors_changes_nothing(method: str, seed: int) -> None:
    space = random_space(50, 5, seed)
    questions = random_questions(50, 12, seed)
    assume(clearly_decided(space, questions, method))
    lengths = np.random.default_rng(seed).uniform(0.01, 100, size=(50, 1)).astype(np.float32)
    scaled = with_vectors(space, space.vectors * lengths)
    assert same(
        solve(scaled, questions, Convention(method)),
        solve(space, questions, Convention(method)),
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_words_changes_nothing_without_ties(method: str, seed: int) -> None:
    space = random_space(50, 5, seed)
    questions = random_questions(50, 12, seed)
    assume(clearly_decided(space, questions, method))
    order = np.random.default_rng(seed).permutation(50)
    place = np.argsort(order)
    shuffled = with_vectors(space, space.vectors[order])
    assert same(
        solve(shuffled, place[questions], Convention(method)),
        solve(space, questions, Convention(method)),
    )


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize("method", METHODS)
def test_either_memory_order_gives_the_same(method: str, layout: "type[np.ndarray]") -> None:
    space = parallelograms(3_000, 20, seed=1)
    questions = random_questions(3_000, 100, 1)
    other = with_vectors(space, layout(space.vectors))
    assert same(
        solve(other, questions, Convention(method)),
        solve(space, questions, Convention(method)),
    )


@pytest.mark.parametrize("method", METHODS)
def test_words_without_a_direction_are_no_trouble(method: str) -> None:
    space = with_vectors(random_space(300, 4, 0), np.zeros((300, 4), dtype=np.float32))
    questions = np.array([[1, 2, 3, 0], [1, 2, 3, 4], [0, 1, 2, 3]])
    answers = solve(space, questions, Convention(method))
    assert answers.tolist() == [True, False, True]  # all words tie: the most frequent one answers


def test_a_block_that_lies_all_against_the_direction_is_looked_at() -> None:
    """The word that is least against it and the word nearest to c are two different ones."""
    vectors = np.full((302, 2), (-1, 0), dtype=np.float32)
    vectors[:4] = (-9, 0), (-8, 0), (0, 0), (-0.3, 0.954)  # d scores -0.3
    vectors[300:] = (-0.1, 0.995), (-0.05, 0.087)  # -0.1, in another block, and -0.5
    space = with_vectors(random_space(302, 2, 0), vectors)
    question = np.array([[0, 1, 2, 3]])
    as_they_are = Convention("pairdirection", normalise=False)
    assert not solve(space, question, as_they_are).any()
    assert solve(space.head(300), question, as_they_are).all()


def test_a_query_word_is_never_the_answer_where_it_is_excluded() -> None:
    space = random_space(20, 3, 0)
    question = np.array([[0, 1, 2, 2], [0, 0, 2, 2]])
    allowed = Convention(exclude_query_words=False)
    assert not solve(space, question).any()
    assert solve(space, question, allowed)[1]  # c - a + a is c


def test_no_questions_no_answers() -> None:
    assert solve(random_space(5, 2, 0), np.empty((0, 4), dtype=np.intp)).tolist() == []


def test_says_how_far_it_is() -> None:
    heard: list[float] = []
    solve(parallelograms(5_000, 20, seed=3), np.array([[0, 1000, 1, 1001]]), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] <= 1.0


def test_stops_when_the_listener_raises() -> None:
    def cancel(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve(random_space(500, 5, 0), random_questions(500, 5, 0), progress=cancel)


@pytest.mark.parametrize("options", [{"method": "best"}, {"method": "3cosmul", "normalise": False}])
def test_refuses_what_has_no_meaning(options: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        Convention(**options)  # type: ignore[arg-type]


def random_space(words: int, dimension: int, seed: int) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(words, dimension)).astype(np.float32)
    return EmbeddingSpace("random", Vocabulary(f"w{i}" for i in range(words)), vectors)


def with_vectors(space: EmbeddingSpace, vectors: np.ndarray) -> EmbeddingSpace:
    return EmbeddingSpace(space.name, space.vocabulary, vectors)


def random_questions(words: int, count: int, seed: int) -> np.ndarray:
    """Questions of four different words; a few distinct words, as in a real suite."""
    generator = np.random.default_rng(seed)
    return np.array([generator.permutation(min(words, 12))[:4] for _ in range(count)])


def parallelograms(words: int, dimension: int, seed: int) -> EmbeddingSpace:
    """A space in which word 1000 + i is word i and nearly the same offset for all i < 1000."""
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(words, dimension))
    offset = generator.normal(size=dimension)
    noise = 0.5 * generator.normal(size=(1_000, dimension))
    vectors[1_000:2_000] = vectors[:1_000] + offset + noise
    return EmbeddingSpace(
        "parallelograms", Vocabulary(f"w{i}" for i in range(words)), vectors.astype(np.float32)
    )


def same(first: np.ndarray, second: np.ndarray) -> bool:
    return first.tolist() == second.tolist()


def clearly_decided(space: EmbeddingSpace, questions: np.ndarray, method: str) -> bool:
    """Tell whether rounding of the vectors themselves cannot turn an answer."""
    return all(abs(lead) > 1e-3 for lead in plain_leads(space, questions, method=method))


def is_right(lead: float) -> bool:
    return math.copysign(1, lead) > 0


def plain_leads(
    space: EmbeddingSpace,
    questions: np.ndarray,
    *,
    method: str = "3cosadd",
    exclude: bool = True,
    normalise: bool = True,
) -> list[float]:
    """Return by how much each expected word leads the best other one, by plain loops in float64.

    A tie is a lead of 0 where the expected word is the more frequent one, else of -0.
    """
    rows = space.unit(np.arange(len(space))) if normalise else space.vectors
    vectors = [[float(value) for value in row] for row in rows]
    score = {"3cosadd": plain_add, "3cosmul": plain_mul, "pairdirection": plain_direction}[method]
    leads = []
    for a, b, c, d in ([int(row) for row in question] for question in questions):
        scores = {
            # Rounded: of −1 and −0.9999999999999998 neither is the better one.
            row: round(score(vectors[a], vectors[b], vectors[c], vectors[row]), 12)
            for row in range(len(space))
            if not (exclude and row in (a, b, c))
        }
        target = scores.pop(d)
        best = max(scores.values(), default=-math.inf)
        first = min((row for row, value in scores.items() if value == best), default=len(space))
        leads.append(target - best if target != best else (0.0 if d < first else -0.0))
    return leads


def plain_add(a: list[float], b: list[float], c: list[float], x: list[float]) -> float:
    return dot(x, b) - dot(x, a) + dot(x, c)


def plain_mul(a: list[float], b: list[float], c: list[float], x: list[float]) -> float:
    to_a, to_b, to_c = ((dot(x, query) + 1) / 2 for query in (a, b, c))
    return to_b * to_c / (to_a + 0.001)


def plain_direction(a: list[float], b: list[float], c: list[float], x: list[float]) -> float:
    offset = [q - p for p, q in zip(a, b, strict=True)]
    step = [q - p for p, q in zip(c, x, strict=True)]
    length = math.sqrt(dot(step, step))
    if length < 1e-3:
        return -1.0
    return dot(step, offset) / length / max(math.sqrt(dot(offset, offset)), 1e-12)


def dot(x: list[float], y: list[float]) -> float:
    return math.fsum(p * q for p, q in zip(x, y, strict=True))
