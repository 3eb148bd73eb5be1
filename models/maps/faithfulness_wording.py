"""The title of each figure of faithfulness, and the sentence that says what its value means."""

from collections.abc import Callable


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


# By figure: its title, and its sentence from its value, that of a random map, and k.
WORDINGS: dict[str, tuple[str, Callable[[float, float, int], str]]] = {
    "knn_overlap": ("Neighbours kept", _overlap),
    "trustworthiness": ("Trustworthiness", _trust),
    "continuity": ("Continuity", _continuity),
    "triplets": ("Random triplets right", _triplets),
    "spearman": ("Rank correlation of distances", _spearman),
}


def sampling(count: int, total: int, sample: int, pairs: int) -> str:
    """Say which words, and how many pairs and triplets of them, the figures are of."""
    among = f"all {count:,} words" if count == total else f"{count:,} of {total:,} words"
    drawn = "all of them" if sample == count else f"{sample:,} of them drawn at random"
    return (
        f"{among[0].upper()}{among[1:]}, neighbours sought among these; overlap over all of them, "
        f"trustworthiness and continuity over {drawn}, triplets and the correlation over "
        f"{pairs:,} drawn at random each. The random map has the same places with the words "
        "shuffled."
    )
