"""What the page says of hubs: exact ones by name, those of a sample as such."""

import numpy as np
import pandas as pd

from components.pages.dimensions.shape import shape_sentence
from models.quality.metrics.geometry import Spectrum
from models.quality.metrics.hubs import Occurrences
from models.quality.tasks import Shape


def found(*, exact: bool) -> Shape:
    figures = pd.DataFrame(
        {
            "participation_ratio": [2.0],
            "isoscore": [0.5],
            "mean_cosine": [0.1],
            "intrinsic_dimension": [2.0],
            "hubness": [1.0],
        }
    )
    counts = np.array([4, 60, 1])
    hubs = Occurrences(("a", "smith", "b"), counts, 10, 3 if exact else 5_000, exact, "sampled")
    return Shape(Spectrum(np.ones(3), np.ones(3)), figures, "sampled", hubs)


def test_the_hub_is_named_where_every_word_was_asked() -> None:
    told = shape_sentence(found(exact=True))
    assert "**smith** is among the 10 nearest of **60** others (a hub)." in told


def test_no_hub_of_a_sample_is_named() -> None:
    told = shape_sentence(found(exact=False))
    assert "smith" not in told
    assert "of 5,000 words drawn at random up to **60** have one and the same word" in told
    assert told.endswith("(a hub; counted in this sample).")
