"""The controls of the Analogies page, and the analogy question they give."""

from dataclasses import dataclass

import streamlit as st

from components.widgets.choice import choice
from components.widgets.words import word_filter
from models.search.objectives import METHODS, Convention

BOXES = {"a": "a", "b": "is to b", "c": "as c is to", "expected": "expected answer"}
PRESETS = {
    "man : king :: woman": ("man", "king", "woman", "queen"),
    "france : paris :: japan": ("france", "paris", "japan", "tokyo"),
    "walk : walked :: go": ("walk", "walked", "go", "went"),
    "big : bigger :: cold": ("big", "bigger", "cold", "colder"),
    "japan : yen :: russia": ("japan", "yen", "russia", "ruble"),
    "car : cars :: mouse": ("car", "cars", "mouse", "mice"),
    "hand : glove :: foot": ("hand", "glove", "foot", "sock"),
}
_NAMED = {name: method for method, name in METHODS.items()}
LONGEST_WORD = 200  # characters; anything longer is no word
EXCLUDED = "excluded"
ALLOWED = "may answer"


@dataclass(frozen=True)
class AnalogyQuestion:
    """a is to b as c is to ..., the answer expected, and the convention of answering."""

    a: str
    b: str
    c: str
    expected: str
    convention: Convention

    @property
    def words(self) -> tuple[str, str, str]:
        return self.a, self.b, self.c

    @property
    def unit(self) -> str:
        return "cosine" if self.convention.method != "3cosmul" else "3CosMul score"


def controls() -> AnalogyQuestion:
    """Draw the controls and return the question."""
    typed = {}
    defaults = PRESETS["man : king :: woman"]
    for column, (key, label), default in zip(st.columns(4), BOXES.items(), defaults, strict=True):
        help_text = "May stay empty." if key == "expected" else None
        text = column.text_input(label, default, key=key, bind="query-params", help=help_text)
        typed[key] = str(text or "").strip()[:LONGEST_WORD]
    with st.expander("More: method, query words, and who may answer"):
        left, right = st.columns(2)
        method = choice("Method", list(_NAMED), default="3CosAdd", key="method", place=left)
        query = choice(
            "The words a, b and c",
            [EXCLUDED, ALLOWED],
            key="query",
            place=left,
            help="The usual convention forbids them as answers.",
        )
        with right:
            among = word_filter()
    return AnalogyQuestion(**typed, convention=Convention(_NAMED[method], query != ALLOWED, among))
