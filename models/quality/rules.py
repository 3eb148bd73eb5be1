"""Rules of thumb for embedding_dim, which do not look at the vectors.

Each is a function of n alone, the number of rows of the embedding table. They stand beside what was
measured, and are no measurement themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.errors import InvalidRequest


@dataclass(frozen=True)
class Rule:
    """What a rule of thumb advises: `dimension`, rounded and at least 1."""

    name: str
    formula: str
    dimension: int
    source: str


def rules_of_thumb(words: int) -> list[Rule]:
    """Return what each rule advises for a table of `words` rows, the one in use today first.

    Raises InvalidRequest for fewer than one word.
    """
    if isinstance(words, bool) or words < 1:
        raise InvalidRequest(f"Rules of thumb need at least one word, not {words}.")
    return [
        Rule(name, formula, max(1, round(rule(words))), source)
        for name, formula, rule, source in _RULES
    ]


_RULES: tuple[tuple[str, str, Callable[[int], float], str], ...] = (
    (  # emb_sz_rule of fastai v1 (final) and v2; its n counts '#na#' (unknown) as a category
        "fastai",
        "min(600, round(1.6 × n^0.56))",
        lambda n: min(600.0, 1.6 * n**0.56),
        "fastai v2, tabular/model.py",
    ),
    (
        "fastai, early v1",
        "min(50, n // 2 + 1)",
        lambda n: min(50, n // 2 + 1),
        "fastai v1, tabular/model.py",
    ),
    (  # c is the number of categories plus one
        "fastai 0.7",
        "min(50, (c + 1) // 2), c = n + 1",
        lambda n: min(50, (n + 2) // 2),
        "fastai 0.7, course notebooks",
    ),
    ("TensorFlow", "n^0.25", lambda n: n**0.25, "TensorFlow, Introducing feature columns, 2017"),
)
