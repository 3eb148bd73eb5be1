"""What is asked: the text, how is trained, which sizes and how many seeds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import session
from components.pages.embedding_dim.jobs import MOST_SEEDS, Asked
from components.widgets.notices import notice
from components.widgets.text_source import (
    WIKIPEDIA,
    Source,
    choose_text,
    choose_tokens,
    cutting,
    outline_of,
    text_of,
)
from components.widgets.training_settings import KEYS
from models.errors import EmbeddingError
from models.training.precomputed_sizes import SIZES
from models.training.settings import ARCHITECTURES, LIMITS, METHODS, Settings
from models.training.tokens import Tokens, check_whole

OFFERED = (2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256, 300)
_USUAL = Settings()
_METHODS = [method for method in METHODS if method != "nested"]
_NUMBERS = ("epochs", "window", "negatives")
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
    refused: EmbeddingError | None = None
    with st.expander("More: epochs, window, negatives, nested runs, how the text is cut"):
        make = _rare(chosen.method)
        try:
            tokens = choose_tokens()
            check_whole("seeds", chosen.seeds, 1, MOST_SEEDS)
            settings, nested = make()
        except EmbeddingError as error:
            refused = error
    if refused is not None:
        notice(refused, key="sizes-settings")
        way_back()
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


def way_back() -> None:
    """Draw the button that sets every choice back to what comes with the installation."""
    st.button("Show the precomputed sweep instead", type="tertiary", on_click=_usual)


def _usual() -> None:
    for key, value in USUAL.items():
        session.put(key, value)


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
        value=MOST_SEEDS,
        step=1,
        key="seeds",
        bind="query-params",
        help="Runs at each size that differ in nothing but chance. One alone cannot tell how much "
        f"of a difference is luck. From 1 to {MOST_SEEDS}.",
    )
    return _Chosen(
        text,
        method if method in _METHODS else _USUAL.method,
        tuple(sorted({int(size) for size in sizes if size in OFFERED})),
        int(seeds),
    )


def _rare(method: str) -> Callable[[], tuple[Settings, bool]]:
    """Draw the rarer settings; return what makes Settings of them, which raises InvalidRequest, and
    whether nested runs are wanted."""
    by_gensim = method in {"word2vec", "fasttext"}
    one, two, three, four, five = st.columns(5, vertical_alignment="bottom")
    numbers: dict[str, Any] = {
        name: int(
            column.number_input(
                name.capitalize(),
                value=int(getattr(_USUAL, name)),
                step=1,
                key=KEYS[name],
                bind="query-params",
                help=f"From 1 to {_most(name)}.",
            )
        )
        for column, name in zip((one, two, three), _NUMBERS, strict=True)
    }
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

    def settings() -> tuple[Settings, bool]:
        for name, value in numbers.items():
            check_whole(name, value, 1, _most(name))
        kind = str(architecture) if by_gensim else _USUAL.architecture
        return Settings(method=method, architecture=kind, **numbers), bool(nested)

    return settings


def _most(name: str) -> int:
    return _MOST_EPOCHS if name == "epochs" else int(LIMITS[name][1])
