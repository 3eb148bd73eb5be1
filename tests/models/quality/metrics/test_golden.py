"""The published counts on GloVe 6B 50d, all 400,000 words (REFERENCE, section 1)."""

from pathlib import Path

import numpy as np
import pytest
from gensim.test.utils import datapath

import models
from models.quality.metrics.score import Score
from models.space import EmbeddingSpace

SECTIONS = {
    "capital-common-countries": (401, 506),
    "capital-world": (3098, 4524),
    "currency": (72, 866),
    "city-in-state": (378, 2467),
    "family": (349, 506),
    "gram1-adjective-to-adverb": (151, 992),
    "gram2-opposite": (77, 812),
    "gram3-comparative": (690, 1332),
    "gram4-superlative": (321, 1122),
    "gram5-present-participle": (439, 1056),
    "gram6-nationality-adjective": (1375, 1599),
    "gram7-past-tense": (585, 1560),
    "gram8-plural": (798, 1332),
    "gram9-plural-verbs": (299, 870),
}


@pytest.fixture(scope="module")
def score(glove_50: EmbeddingSpace) -> Score:
    return models.evaluate(glove_50, "google-analogies")


def test_total(score: Score) -> None:
    assert (score.correct, score.total, score.asked) == (9033, 19_544, 19_544)
    assert score.value == pytest.approx(0.4622, abs=5e-5)
    assert score.coverage == 1.0


def test_every_section(score: Score) -> None:
    assert {n: (s.correct, s.total) for n, s in score.by_section.items()} == SECTIONS


def test_groups_are_made_of_their_sections(score: Score) -> None:
    for group, is_syntactic in (("semantic", False), ("syntactic", True)):
        parts = [SECTIONS[name] for name in SECTIONS if name.startswith("gram") == is_syntactic]
        expected = tuple(np.sum(parts, axis=0))
        assert (score.by_group[group].correct, score.by_group[group].total) == expected


def test_without_unit_normalising(glove_50: EmbeddingSpace) -> None:
    raw = models.evaluate(glove_50, "google-analogies", normalise=False)
    assert (raw.correct, raw.total) == (3997, 19_544)
    assert "inner product" in raw.convention


def test_the_interval_is_that_of_pairs(glove_100: EmbeddingSpace) -> None:
    """Over pairs .624 to .680, over questions .644 to .659, on all words of GloVe 100d: the
    width is what carries over to the bundled part of it."""
    low, high = models.evaluate(glove_100, "google-analogies").interval
    assert high - low == pytest.approx(0.680 - 0.624, abs=0.01)


@pytest.mark.parametrize(("suite", "expected"), [("simlex-999", 0.298), ("wordsim-353", 0.55)])
def test_similarity_of_glove_100(glove_100: EmbeddingSpace, suite: str, expected: float) -> None:
    assert models.evaluate(glove_100, suite).value == pytest.approx(expected, abs=0.02)


def test_lower_case_regains_the_pairs_with_names(glove_50: EmbeddingSpace) -> None:
    """GloVe's words are in lower case: as written, the pairs with names would be unknown."""
    written = Path(datapath("wordsim353.tsv")).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t")[:2] for line in written if not line.startswith("#")]
    known = [pair for pair in pairs if all(word in glove_50.vocabulary for word in pair)]
    assert (len(pairs), len(known)) == (353, 335)
    assert models.evaluate(glove_50, "wordsim-353").total == 353
