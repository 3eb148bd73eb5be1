"""The title of each figure of faithfulness, and the sentence that says what its value means."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """A figure's `title`, and its sentence from its value, that of a random map, and k."""

    title: str
    say: Callable[[float, float, int], str]

    def __call__(self, value: float, random: float, k: int) -> str:
        return self.say(value, random, k)


def _overlap(value: float, random: float, k: int) -> str:
    return (
        f"Of a word's {k} nearest in the space, {k * value:.1f} on average are among its {k} "
        f"nearest on the map; on a random map {k * random:.2g} would be."
    )


def _trust(value: float, random: float, k: int) -> str:
    return (
        f"Whether what lies close on the map is close in the space: {value:.3f} of 1, {random:.3f} "
        f"on a random map; {_verdict(value)} of the false neighbours come from near by."
    )


def _continuity(value: float, random: float, k: int) -> str:
    return (
        f"Whether what is close in the space lies close on the map: {value:.3f} of 1, "
        f"{random:.3f} on a random map; {_verdict(value)} of the neighbours torn away landed near "
        "by."
    )


def _triplets(value: float, random: float, k: int) -> str:
    return (
        f"Asked which of two words drawn at random is nearer to a third, the map is right in "
        f"{100 * value:.1f} % of cases; a random map is in {100 * random:.1f} %."
    )


def _spearman(value: float, random: float, k: int) -> str:
    how = "closely" if value > 0.7 else "roughly" if value > 0.4 else "hardly"
    return (
        f"Long and short ways across the map follow those in the space {how} (rank correlation "
        f"{value:.3f}; {random:.3f} on a random map)."
    )


def _verdict(value: float) -> str:
    return "nearly all" if value > 0.95 else "most" if value > 0.8 else "few"


WORDINGS = {
    "knn_overlap": Wording("Neighbours kept", _overlap),
    "trustworthiness": Wording("Trustworthiness", _trust),
    "continuity": Wording("Continuity", _continuity),
    "triplets": Wording("Random triplets right", _triplets),
    "spearman": Wording("Rank correlation of distances", _spearman),
}
