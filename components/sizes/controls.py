"""What is asked: the text, how is trained, which sizes and how many seeds."""

from dataclasses import dataclass

import streamlit as st

from components.sizes.work import MOST_SEEDS, Asked
from components.widgets.notices import notice
from components.workshop.source import (
    WIKIPEDIA,
    Source,
    choose_text,
    choose_tokens,
    cutting,
    outline_of,
    text_of,
)
from models.errors import EmbeddingError
from models.training.precomputed_sizes import SIZES
from models.training.settings import ARCHITECTURES, METHODS, Settings
from models.training.tokens import Tokens

OFFERED = (2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256, 300)
_USUAL = Settings()
_METHODS = [method for method in METHODS if method != "nested"]
_MOST_EPOCHS = 100
# Every choice as the sweep was made that comes with the installation, by the key of its control.
USUAL: dict[str, object] = {
    "text": WIKIPEDIA,
    "trained-by": _USUAL.method,
    "sizes": list(SIZES),
    "seeds": MOST_SEEDS,
    "epochs": _USUAL.epochs,
    "reach": _USUAL.window,
    "negatives": _USUAL.negatives,
    "architecture": _USUAL.architecture,
    "nested": True,
    "least": Tokens().min_count,
    "numbers": Tokens().numbers,
    "lower": Tokens().lower,
    "phrases": Tokens().phrases,
}


@dataclass(frozen=True)
class _Chosen:
    """What the first row says."""

    text: str
    method: str
    sizes: tuple[int, ...]
    seeds: int


def controls() -> Asked | None:
    """Draw the controls; None where there is no text yet or what they say cannot be, which is said
    in its place."""
    chosen = _row()
    with st.expander("More: epochs, window, negatives, nested runs, how the text is cut"):
        try:
            settings, nested = _rare(chosen.method)
            tokens = choose_tokens()
        except EmbeddingError as error:
            notice(error, key="sizes-settings")
            return None
    text = text_of(chosen.text)
    if text is None:
        return None
    source = Source(text, tokens)
    outline, job = outline_of(source)
    if outline is None:
        if job is not None:
            cutting(source, job)
        return None
    if len(chosen.sizes) < 2:
        st.info("Choose at least two sizes to compare.", icon=":material/tune:")
        return None
    return Asked(source, outline, settings, chosen.sizes, chosen.seeds, nested)


def _row() -> _Chosen:
    one, two, three, four = st.columns([3, 3, 6, 2])
    text = choose_text(one)
    method = two.selectbox(
        "Trained by",
        _METHODS,
        key="trained-by",
        bind="query-params",
        format_func=METHODS.__getitem__,
        help="A nested skip-gram stands beside whatever is chosen: it learns all sizes in one run.",
    )
    sizes = three.multiselect(
        "Sizes (embedding_dim)",
        OFFERED,
        default=list(SIZES),
        key="sizes",
        bind="query-params",
        help="Each is trained anew, from the smallest to the largest.",
    )
    seeds = four.number_input(
        "Seeds",
        1,
        MOST_SEEDS,
        MOST_SEEDS,
        key="seeds",
        bind="query-params",
        help="Runs at each size that differ in nothing but chance. One alone cannot tell how much "
        "of a difference is luck.",
    )
    return _Chosen(
        text,
        method if method in _METHODS else _USUAL.method,
        tuple(sorted({int(size) for size in sizes if size in OFFERED})),
        min(max(int(seeds or MOST_SEEDS), 1), MOST_SEEDS),
    )


def _rare(method: str) -> tuple[Settings, bool]:
    by_gensim = method in {"word2vec", "fasttext"}
    one, two, three, four, five = st.columns(5, vertical_alignment="bottom")
    epochs = one.number_input(
        "Epochs", 1, _MOST_EPOCHS, _USUAL.epochs, key="epochs", bind="query-params"
    )
    window = two.number_input("Window", 1, 20, _USUAL.window, key="reach", bind="query-params")
    negatives = three.number_input(
        "Negatives", 1, 30, _USUAL.negatives, key="negatives", bind="query-params"
    )
    architecture = four.selectbox(
        "Architecture",
        ARCHITECTURES,
        key="architecture",
        bind="query-params",
        disabled=not by_gensim,
    )
    nested = five.toggle(
        "Nested runs too",
        value=True,
        key="nested",
        bind="query-params",
        help="A skip-gram whose first columns are trained to be vectors of their own (Matryoshka), "
        "one for each seed.",
    )
    settings = Settings(
        method=method,
        epochs=min(int(epochs), _MOST_EPOCHS),
        window=int(window),
        negatives=int(negatives),
        architecture=str(architecture) if by_gensim else _USUAL.architecture,
    )
    return settings, bool(nested)
