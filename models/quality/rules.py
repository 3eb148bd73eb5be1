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
    return [
        Rule(name, formula, max(1, round(rule(words))), source)
        for name, formula, rule, source in _RULES
    ]


def fastai(n: int) -> int:
    """Return min(600, round(1.6 n^0.56)); fastai v1 (final) and v2, emb_sz_rule.

    fastai's n counts its '#na#' (unknown) as one of the categories.
    """
    return min(600, round(float(1.6 * _counted(n) ** 0.56)))


def fastai_early(n: int) -> int:
    """Return min(50, n // 2 + 1); fastai early v1."""
    return min(50, _counted(n) // 2 + 1)


def fastai_course(c: int) -> int:
    """Return min(50, (c + 1) // 2); fastai 0.7, where c is the number of categories plus one."""
    return min(50, (_counted(c) + 1) // 2)


def tensorflow(n: int) -> float:
    """Return the fourth root of n; TensorFlow, Introducing feature columns (2017)."""
    return float(_counted(n) ** 0.25)


def _counted(n: int) -> int:
    if isinstance(n, bool) or n < 1:
        raise InvalidRequest(f"Rules of thumb need at least one word, not {n}.")
    return n


_RULES: tuple[tuple[str, str, Callable[[int], float], str], ...] = (
    ("fastai", "min(600, round(1.6 × n^0.56))", fastai, "fastai v2, tabular/model.py"),
    ("fastai, early v1", "min(50, n // 2 + 1)", fastai_early, "fastai v1, tabular/model.py"),
    (
        "fastai 0.7",
        "min(50, (c + 1) // 2), c = n + 1",
        lambda n: fastai_course(_counted(n) + 1),
        "fastai 0.7, course notebooks",
    ),
    ("TensorFlow", "n^0.25", tensorflow, "TensorFlow, Introducing feature columns, 2017"),
)
