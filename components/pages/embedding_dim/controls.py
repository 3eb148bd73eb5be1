"""The controls: the text, the method, which sizes and how many seeds."""

import streamlit as st

from components import session
from components.pages.embedding_dim.jobs import MOST_SEEDS, SizeRequest
from components.widgets.notices import notice
from components.widgets.text_source import (
    WIKIPEDIA,
    Source,
    choose_text,
    choose_tokens,
    outline_of,
    text_of,
)
from components.widgets.training_settings import choose_architecture, choose_numbers
from models.errors import EmbeddingError
from models.training.precomputed import SIZES
from models.training.settings import METHODS, Settings
from models.training.tokens import Tokens, check_whole

OFFERED = (2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256, 300)
_USUAL = Settings()
_METHODS = [method for method in METHODS if method != "nested"]
_MOST_EPOCHS = 100
# Every choice of the sweep that comes with the installation, by the key of its control.
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


def controls() -> SizeRequest | None:
    """Draw the controls; None, and a note in their place, where there is no text yet or a setting
    is not allowed."""
    chosen, method, sizes, seeds = _row()
    refused: EmbeddingError | None = None
    with st.expander("More: epochs, window, negatives, nested runs, how the text is cut"):
        *columns, four, five = st.columns(5, vertical_alignment="bottom")
        numbers = choose_numbers(
            columns, ("epochs", "window", "negatives"), most_epochs=_MOST_EPOCHS
        )
        architecture = choose_architecture(four, method)
        nested = five.toggle(
            "Nested runs too",
            value=True,
            key="nested",
            bind="query-params",
            help="A skip-gram whose first columns are trained to be vectors of their own "
            "(Matryoshka), one for each seed.",
        )
        try:
            tokens = choose_tokens()
            check_whole("seeds", seeds, 1, MOST_SEEDS)
            check_whole("epochs", numbers["epochs"], 1, _MOST_EPOCHS)
            settings = Settings(method=method, architecture=architecture, **numbers)
        except EmbeddingError as error:
            refused = error
    if refused is not None:
        notice(refused, key="sizes-settings")
        way_back()
        return None
    text = text_of(chosen)
    if text is None:
        return None
    source = Source(text, tokens)
    outline = outline_of(source)
    if outline is None:
        return None
    if len(sizes) < 2:
        st.info("Choose at least two sizes to compare.", icon=":material/tune:")
        return None
    return SizeRequest(source, outline, settings, sizes, seeds, bool(nested))


def way_back() -> None:
    """Draw the button that sets every choice back to what comes with the installation."""
    st.button(
        "Show the precomputed sweep instead",
        type="tertiary",
        on_click=session.put_all,
        args=(USUAL,),
    )


def _row() -> tuple[str, str, tuple[int, ...], int]:
    """Draw the first row; return the text, the method, the sizes and the number of seeds."""
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
    return (
        text,
        method if method in _METHODS else _USUAL.method,
        tuple(sorted({int(size) for size in sizes if size in OFFERED})),
        int(seeds),
    )
