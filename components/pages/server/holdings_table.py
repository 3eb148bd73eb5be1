"""What is held in memory, as a table: spaces for all and what is derived from them. What is of a
visitor's making is one line."""

from collections.abc import Sequence

import pandas as pd

from components.wording import count
from models.runtime.budget import Holding

# What a kind is called. One that is not listed here is not named.
KINDS = {
    "space": "words and vectors",
    "norms": "lengths of vectors",
    "nameless content": "digests of contents",
    "pca": "principal components",
    "reduction": "reduced vectors",
    "cut": "cuts to fewer dimensions",
    "layout": "map positions",
    "words of a map": "words on the map",
    "neighbour graph": "graphs of nearest words",
    "occurrences": "counts of hubs",
    "words": "words as a list",
    "words in one array": "words on their way to a worker",
    "laid down": "parts on their way to a worker",
    "held by a visitor": "what visitors have brought",
}
_OTHER = "other results"
PRIVATE = "visitors’ own and work under way"


def held_table(holdings: Sequence[Holding]) -> pd.DataFrame:
    """Return space, what, things, own and mapped bytes, and the seconds since the last use; the
    largest first, what is nobody else's business in one line at the end."""
    shared = [holding for holding in holdings if holding.space is not None]
    private = [holding for holding in holdings if holding.space is None]
    shared.sort(key=lambda holding: -holding.own - holding.mapped)
    rows = [
        {
            "space": holding.space or PRIVATE,
            "what": KINDS.get(holding.kind or "", _OTHER) if holding.space else "",
            "things": holding.things,
            "own bytes": holding.own,
            "mapped bytes": holding.mapped,
            "seconds since use": None if holding.idle is None else round(holding.idle),
        }
        for holding in [*shared, *private]
    ]
    return pd.DataFrame(rows).astype({"seconds since use": "Int64"})


def held_sentence(holdings: Sequence[Holding]) -> str:
    """Say in a sentence how many spaces and other things are held."""
    spaces = sum(holding.things for holding in holdings if holding.kind == "space")
    others = sum(holding.things for holding in holdings) - spaces
    plural = "space" if spaces == 1 else "spaces"
    things = "thing" if others == 1 else "things"
    return f"{count(spaces)} {plural} for all, and {count(others)} {things} derived from spaces"
