"""What a reduction breaks, beside plain searches one by one."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from models import EmbeddingSpace, InvalidRequest, Vocabulary
from models.quality.metrics.score import NothingToMeasure
from models.quality.suites.builtin import (
    AnalogySuite,
    SimilaritySuite,
    google_analogies,
    simlex999,
)
from models.quality.sweep.losses import (
    AnalogyLosses,
    analogy_losses,
    neighbour_losses,
    similarity_losses,
)
from models.search.neighbours import Filter


def gaussian(words: int, dimension: int, seed: int = 0) -> EmbeddingSpace:
    vectors = np.random.default_rng(seed).normal(size=(words, dimension)).astype(np.float32)
    return EmbeddingSpace("made", Vocabulary([f"w{i}" for i in range(words)]), vectors)


def questions_on(words: int, count: int, seed: int = 0) -> AnalogySuite:
    """Questions of four different words, in two sections; the last word of each is unknown."""
    generator = np.random.default_rng(seed)
    asked = np.array([generator.choice(words, 4, replace=False) for _ in range(count)])
    asked[-1, 2] = words
    return AnalogySuite(
        name="made",
        title="Made",
        source="",
        sections=("one", "two"),
        words=(*(f"w{i}" for i in range(words)), "unheard-of"),
        questions=asked.astype(np.int32),
        section=(np.arange(count) % 2).astype(np.int32),
    )


def answers_plainly(space: EmbeddingSpace, suite: AnalogySuite, number: int) -> str:
    a, b, c, _ = suite.question(number)
    return str(models.analogy(space, a, b, c, k=1)["word"].iloc[0])


@pytest.fixture(scope="module")
def google(glove_100: EmbeddingSpace) -> AnalogyLosses:
    return analogy_losses(glove_100, models.reduce(glove_100, dimension=25), google_analogies())


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(8, 14), st.integers(2, 6), st.integers(0, 1_000))
def test_lost_and_gained_are_those_of_plain_searches(words: int, size: int, seed: int) -> None:
    space, suite = gaussian(words, 6, seed), questions_on(words, 40, seed)
    reduced = models.reduce(space, dimension=size)
    found = analogy_losses(space, reduced, suite)
    before, after = (
        [answers_plainly(each, suite, number) == suite.question(number)[3] for number in range(39)]
        for each in (space, reduced)
    )
    counts = found.counts().set_index("section")
    for place, section in enumerate(suite.sections):
        right = [
            (b, a) for n, (b, a) in enumerate(zip(before, after, strict=True)) if n % 2 == place
        ]
        assert counts.loc[section].to_dict() == {
            "total": len(right),
            "right_full": sum(b for b, _ in right),
            "right_kept": sum(a for _, a in right),
            "lost": right.count((True, False)),
            "gained": right.count((False, True)),
        }


def test_lists_and_answers_are_of_the_questions_counted() -> None:
    space, suite = gaussian(9, 6, 1), questions_on(9, 400, 1)
    reduced = models.reduce(space, dimension=2)
    found = analogy_losses(space, reduced, suite)
    assert found.counts()["lost"].sum() > 20
    for which, wrong in (("lost", reduced), ("gained", space)):
        shown = found.answered(n=15, which=which)
        for a, b, c, expected, section, answer in shown.itertuples(index=False):
            assert section in suite.sections
            assert answer == models.analogy(wrong, a, b, c, k=1)["word"].iloc[0] != expected
    every = found.questions()
    assert len(every) == found.counts()["lost"].sum()
    assert len(found.questions("two")) == found.counts()["lost"][1]
    assert (found.questions("two")["section"] == "two").all()
    rarest = every[["a", "b", "c", "expected"]].map(space.index).max(axis=1)
    assert rarest.is_monotonic_increasing
    assert found.questions(n=3).equals(every[:3])


def test_nothing_breaks_where_nothing_changes(tiny: EmbeddingSpace) -> None:
    suite = AnalogySuite(
        "royal", "Royal", "", ("all",), ("man", "king", "woman", "queen"),
        np.array([[0, 1, 2, 3]], np.int32), np.zeros(1, np.int32),
    )  # fmt: skip
    found = analogy_losses(tiny, models.reduce(tiny, dimension=3, method="first"), suite)
    assert found.counts().to_dict("records") == [
        {"section": "all", "total": 1, "right_full": 1, "right_kept": 1, "lost": 0, "gained": 0}
    ]
    assert list(found.answered().columns) == ["a", "b", "c", "expected", "section", "answer"]
    assert len(found.answered()) == 0


def test_progress_runs_to_one_through_both_spaces(glove_100: EmbeddingSpace) -> None:
    heard: list[float] = []
    analogy_losses(
        glove_100,
        models.reduce(glove_100, dimension=10),
        google_analogies(),
        most_frequent=3_000,
        progress=heard.append,
    )
    assert heard == sorted(heard)
    assert 0 < heard[0] <= 0.5 < heard[-1] <= 1


def test_what_breaks_in_glove(google: AnalogyLosses, glove_100: EmbeddingSpace) -> None:
    counts = google.counts().set_index("section")
    assert counts["total"].sum() == len(google.numbers) == 16_880
    assert counts["lost"].sum() > 20 * counts["gained"].sum()
    kept = counts["right_kept"] / counts["right_full"]
    assert kept["gram6-nationality-adjective"] > kept["gram4-superlative"]
    whole = models.evaluate(glove_100, most_frequent=40_000)
    assert counts["right_full"].sum() == whole.correct
    shown = google.answered("family", n=4)
    assert (shown["answer"] != shown["expected"]).all()


def ranked(values: np.ndarray) -> np.ndarray:
    return scipy.stats.rankdata(-values)


def test_pairs_move_as_their_ranks_say(glove_100: EmbeddingSpace) -> None:
    suite, reduced = simlex999(), models.reduce(glove_100, dimension=5)
    found = similarity_losses(glove_100, reduced, suite, n=None)
    known = [n for n, (a, b) in enumerate(suite.pairs) if a in glove_100 and b in glove_100]
    by_pair = {}
    people = ranked(suite.scores[known])
    cosines = []
    for space in (glove_100, reduced):
        pairs = [space.unit(space.indices(suite.pairs[n])).astype(np.float64) for n in known]
        cosines.append(np.array([float(a @ b) for a, b in pairs]).round(6))
    full, kept = map(ranked, cosines)
    for place, n in enumerate(known):
        by_pair[suite.pairs[n]] = (people[place], full[place], kept[place])
    assert found["further"].is_monotonic_decreasing
    assert (found["further"] > 0).all()
    ranks = found[["word1", "word2", "rank_people", "rank_full", "rank_kept", "further"]]
    for first, second, *three, further in ranks.itertuples(index=False):
        assert tuple(three) == by_pair[first, second]
        assert further == abs(three[2] - three[0]) - abs(three[1] - three[0])
    moved = sum(abs(k - p) > abs(f - p) for p, f, k in by_pair.values())
    assert len(found) == moved
    assert similarity_losses(glove_100, reduced, suite, n=3).equals(found[:3])


def test_words_that_lose_most_come_with_what_they_lose(glove_100: EmbeddingSpace) -> None:
    reduced = models.reduce(glove_100, dimension=10)
    found = neighbour_losses(glove_100, reduced, n=6, sample=200, most_frequent=3_000)
    assert found.attrs["sampled"].startswith("200 words drawn at random from the 3,000")
    assert found["overlap"].is_monotonic_increasing
    for word, overlap, lost, gained in found.itertuples(index=False):
        assert len(lost) == len(gained) == round(10 * (1 - overlap)) > 0
        before, after = (
            list(models.neighbours(each, word, among=Filter(3_000))["word"])
            for each in (glove_100, reduced)
        )
        assert lost == tuple(near for near in before if near not in after)
        assert gained == tuple(near for near in after if near not in before)
    for _, equal in found.groupby("overlap"):
        assert equal["word"].map(glove_100.index).is_monotonic_increasing


def test_a_rotation_breaks_nothing() -> None:
    space = gaussian(40, 5)
    turned = EmbeddingSpace(
        "turned",
        space.vocabulary,
        (3 * space.vectors @ np.linalg.qr(space.vectors[:5])[0]).astype(np.float32),
    )
    found = analogy_losses(space, turned, questions_on(40, 300))
    assert not found.counts()[["lost", "gained"]].any(axis=None)
    assert not neighbour_losses(space, turned, k=5)["lost"].any()


def test_bad_questions_are_one_sentence(tiny: EmbeddingSpace, google: AnalogyLosses) -> None:
    reduced = models.reduce(tiny, dimension=2)
    strange = questions_on(8, 4)
    with pytest.raises(NothingToMeasure, match="none of 4 questions"):
        analogy_losses(tiny, reduced, strange)
    with pytest.raises(NothingToMeasure, match="both words of none of 1 pairs"):
        similarity_losses(tiny, reduced, SimilaritySuite("s", "S", "", (("x", "y"),), np.ones(1)))
    with pytest.raises(InvalidRequest, match="different words"):
        analogy_losses(tiny, gaussian(5, 3), google_analogies())
    with pytest.raises(InvalidRequest, match="No section is called “nonsense”"):
        google.questions("nonsense")
    with pytest.raises(InvalidRequest, match="neither “lost” nor “gained”"):
        google.questions(which="found")
    with pytest.raises(InvalidRequest, match="fewer than half the words"):
        neighbour_losses(tiny, reduced)
