"""What the page rests on, its downloads, and a row of it as Python."""

from functools import partial

import streamlit as st

from components.pages.embedding_dim.answer import judged
from components.pages.embedding_dim.curves import Charts
from components.pages.embedding_dim.jobs import Asked, Found
from components.widgets.exports import foot
from components.wording import count, listed, plain
from models.quality.size_answer import frame as judgement
from models.training.settings import Settings
from models.training.size_sweep import frame
from models.training.tokens import Tokens

_ALWAYS = ("method", "epochs", "window", "negatives")


def why() -> None:
    """Say what is behind the figures, with the sources."""
    with st.expander("Why?"):
        st.markdown(
            "- A row of `embedding_dim` numbers can hold no more than the text says about a word. "
            "Few dimensions lose what the text says, many learn its accidents by heart: [Yin and "
            "Shen 2018](https://arxiv.org/abs/1812.04224) write the error of an embedding as the "
            "distance between its inner products and those that an endless text would give (the "
            "PIP loss), find its optimum from the spectrum of the co-occurrences (PMI) and the "
            "noise in it, and that it is flat: half or twice the size costs little.\n"
            "- Trained is not cut: PCA of a large run keeps what it has learned in its main "
            "directions, and can beat a small run that had to find them itself. A nested run "
            "([Kusupati et al. 2022](https://arxiv.org/abs/2205.13147)) trains its first columns "
            "to be vectors of their own.\n"
            "- Rules of thumb know the number of rows alone: fastai's 1.6 n^0.56 is for "
            "categories in tables, the fourth root is TensorFlow's advice for the same. Neither "
            "has seen how much a text says about its words.\n"
            "- Runs that differ in the seed alone show what is chance. Two runs of one seed share "
            "the sentences that are held out, so sizes are compared within each seed; with three "
            "seeds Student's t is 4.3 standard errors wide, and what that cannot tell is not told."
        )


def foot_of(asked: Asked, found: Found, charts: Charts) -> None:
    """Draw the foot."""
    about = asked.outline.about
    seeds = sorted({run.seed for run in found.runs})
    where = "Precomputed, comes with the installation. " if found.precomputed else ""
    foot(
        f"{where}{plain(about.describe(), limit=400)}. {plain(_how(asked.settings), limit=300)}, "
        f"sizes {listed([count(size) for size in asked.sizes])}, seeds "
        f"{listed([str(seed) for seed in seeds]) or 'not yet'}; "
        f"{plain(f'{100 * asked.settings.heldout:.0f} % of the sentences held out')}; suites asked "
        "among all words of the text.",
        tables={
            "every run": partial(frame, found.runs),
            "what each measure says": partial(judgement, judged(found)),
            **({"PIP loss": found.pip.to_frame} if found.pip is not None else {}),
        },
        charts=charts,
        code=code(asked),
        key="sizes",
    )


def code(asked: Asked) -> str:
    """Return a script that trains every size and prints the figures of the page's rows."""
    settings, usual = asked.settings, Settings()
    given = {name: getattr(settings, name) for name in _ALWAYS}
    if settings.architecture != usual.architecture:
        given["architecture"] = settings.architecture
    options = "".join(f", {name}={value!r}" for name, value in given.items())
    return (
        f"import models\n{_text(asked)}\n\n"
        f"for seed in range({asked.seeds}):\n"
        f"    for dimension in {list(asked.sizes)!r}:\n"
        f"        space = models.train(\n"
        f"            corpus{options}, dimension=dimension, seed=seed\n"
        "        )\n"
        '        auc = space.history["auc"].iloc[-1]\n'
        '        print(dimension, seed, round(auc, 4), models.evaluate(space, "wordsim-353"))'
    )


def _text(asked: Asked) -> str:
    """The lines that make the corpus; a visitor's own text is a file of theirs."""
    tokens = asked.source.tokens
    changed = [
        f"{name}={getattr(tokens, name)!r}"
        for name in ("lower", "numbers", "min_count", "phrases")
        if getattr(tokens, name) != getattr(Tokens(), name)
    ]
    cut = f", Tokens({', '.join(changed)})" if changed else ""
    lines = ["from models.training.corpora import as_corpus"]
    if changed:
        lines.append("from models.training.tokens import Tokens")
    known = {"wikipedia": "wikipedia_sample", "text8": "text8"}
    text = asked.source.text
    if isinstance(text, str):
        module = {"wikipedia": "wikipedia", "text8": "text8"}[text]
        lines.append(f"from models.training.{module} import {known[text]}")
        made = f"{known[text]}()"
    else:
        made = '"your-text.txt"'
    lines += ["", f"corpus = as_corpus({made}{cut})"]
    return "\n".join(lines)


def _how(settings: Settings) -> str:
    """describe() without the size and the seed, which are many here."""
    parts = settings.describe().split(", ")
    return ", ".join(
        part for part in parts if not part.endswith("dimensions") and "seed" not in part
    )
