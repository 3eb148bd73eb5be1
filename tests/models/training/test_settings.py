"""Settings: what is allowed, and what a corpus allows."""

import pytest

from models import InvalidRequest
from models.training.corpora import Corpus
from models.training.settings import METHODS, Settings


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"dimension": 0}, "Dimension: a whole number from 1 to 1,000, not 0"),
        ({"dimension": 5_000}, "not 5,000"),
        ({"dimension": 50.0}, "whole number"),
        ({"dimension": True}, "whole number"),
        ({"epochs": 10_000}, "Epochs: a whole number from 1 to 500"),
        ({"epochs": 0}, "Epochs"),
        ({"window": 0}, "Window"),
        ({"negatives": 0}, "Negatives"),
        ({"seed": -1}, "Seed"),
        ({"method": "bert"}, "is no trainer"),
        ({"architecture": "bow"}, "is no architecture"),
        ({"method": "glove", "hierarchical": True}, "neither CBOW nor hierarchical"),
        ({"method": "torch", "architecture": "cbow"}, "neither CBOW nor hierarchical"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"sample": -1.0}, "threshold"),
        ({"heldout": 0.9}, "held out"),
    ],
)
def test_what_is_not_allowed_is_said(bad: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        Settings(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_an_ordinary_run_is_allowed(method: str, wikipedia: Corpus) -> None:
    settings = Settings(method)
    settings.refuse_too_large(wikipedia, seconds=600)
    assert settings.describe()
    assert settings.objective


def test_too_much_memory_names_the_dimension_that_fits(wikipedia: Corpus) -> None:
    wide = Corpus(**{**_fields(wikipedia), "vocabulary": range(100_000)})
    with pytest.raises(InvalidRequest, match="at most 200 dimensions") as error:
        Settings(dimension=300).refuse_too_large(wide)
    assert "100,000 words in 300 dimensions" in str(error.value)
    Settings(dimension=200).refuse_too_large(wide)


def test_too_long_names_the_epochs_that_fit(wikipedia: Corpus) -> None:
    settings = Settings(epochs=500)
    with pytest.raises(InvalidRequest, match="at most") as error:
        settings.refuse_too_large(wikipedia, seconds=60)
    fits = int(str(error.value).split("at most ")[1].split()[0])
    Settings(epochs=fits).refuse_too_large(wikipedia, seconds=60)
    with pytest.raises(InvalidRequest):
        Settings(epochs=fits + 1).refuse_too_large(wikipedia, seconds=60)


def test_glove_holds_its_matrix(wikipedia: Corpus) -> None:
    long = Corpus(**{**_fields(wikipedia), "codes": wikipedia.codes.repeat(10)})
    with pytest.raises(InvalidRequest, match="window of at most 9"):
        Settings("glove", window=20).refuse_too_large(long)


def test_what_glove_adds_is_said() -> None:
    said = Settings("glove", dimension=50).describe()
    assert said.startswith("GloVe in PyTorch, on counts with those of chance added, window 5")
    assert "what chance adds" in Settings("glove").objective
    paper = Settings("glove", chance=False)
    assert "on counts as in the paper (x_max 100), window 5" in paper.describe()
    assert "chance" not in paper.objective


def test_the_rate_falls_to_almost_nothing() -> None:
    settings = Settings()
    assert settings.rate_at(0) == 0.025
    assert settings.rate_at(0.5) == pytest.approx(0.01255)
    assert settings.rate_at(1) == pytest.approx(1e-4)


def _fields(corpus: Corpus) -> dict[str, object]:
    return {name: getattr(corpus, name) for name in Corpus.__dataclass_fields__}
