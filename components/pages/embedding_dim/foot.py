"""The foot of the page: its sources, sample and treatment, downloads, and the page as Python."""

from functools import partial

import streamlit as st

from components.pages.embedding_dim.answer import verdicts_of
from components.pages.embedding_dim.jobs import SizeRequest, SizeResults
from components.pages.embedding_dim.size_curves import Charts
from components.widgets.exports import foot
from components.widgets.text_source import options_code, text_code
from components.wording import count, listed, plain
from models.quality.size_answer import frame as verdict_table
from models.training.size_sweep import runs_table

_ALWAYS = ("method", "epochs", "window", "negatives")


def why() -> None:
    """Explain the figures, with the sources."""
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


def foot_of(request: SizeRequest, found: SizeResults, charts: Charts) -> None:
    """Draw the foot of the page."""
    facts = request.outline.facts
    seeds = sorted({run.seed for run in found.runs})
    # The settings without the size and the seed, of which there are several here.
    settings = [
        part
        for part in request.settings.describe().split(", ")
        if not part.endswith("dimensions") and "seed" not in part
    ]
    where = "Precomputed, comes with the installation. " if found.precomputed else ""
    foot(
        f"{where}{plain(facts.describe(), limit=400)}. {plain(', '.join(settings), limit=300)}, "
        f"sizes {listed([count(size) for size in request.sizes])}, seeds "
        f"{listed([str(seed) for seed in seeds]) or 'not yet'}; "
        f"{plain(f'{100 * request.settings.heldout:.0f} % of the sentences held out')}; suites "
        "asked among all words of the text.",
        tables={
            "every run": partial(runs_table, found.runs),
            "what each measure says": partial(verdict_table, verdicts_of(found)),
            **({"PIP loss": found.pip.to_frame} if found.pip is not None else {}),
        },
        charts=charts,
        code=code(request),
        key="sizes",
    )


def code(request: SizeRequest) -> str:
    """Return a script that trains every size and prints the figures of the page's rows."""
    options = ", ".join(options_code(request.settings, *_ALWAYS))
    tokens = options_code(request.source.tokens)
    made_by, text = text_code(request.outline.facts)
    lines = ["import models", "from models.training.corpora import as_corpus"]
    lines += ["from models.training.tokens import Tokens"] * bool(tokens)
    cut = f", Tokens({', '.join(tokens)})" if tokens else ""
    lines += [
        f"{made_by}\n",
        f"corpus = as_corpus({text}{cut})\n",
        f"for seed in range({request.seeds}):",
        f"    for dimension in {list(request.sizes)!r}:",
        "        space = models.train(",
        f"            corpus, {options}, dimension=dimension, seed=seed",
        "        )",
        '        auc = space.history["auc"].iloc[-1]',
        '        print(dimension, seed, round(auc, 4), models.evaluate(space, "wordsim-353"))',
    ]
    return "\n".join(lines)
