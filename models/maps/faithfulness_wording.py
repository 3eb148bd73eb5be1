"""The title of each figure of faithfulness, and the sentence that says what its value means."""

# By figure: its title, and its sentence, in which reading() fills in the numbers.
WORDINGS = {
    "knn_overlap": (
        "Neighbours kept",
        "Of a word's {k} nearest in the space, {near:.1f} on average are among its {k} nearest on "
        "the map; on a random map {random_near:.2g} would be.",
    ),
    "trustworthiness": (
        "Trustworthiness",
        "Whether what lies close on the map is close in the space: {value:.3f} of 1, {random:.3f} "
        "on a random map; {most} of the false neighbours come from near by.",
    ),
    "continuity": (
        "Continuity",
        "Whether what is close in the space lies close on the map: {value:.3f} of 1, {random:.3f} "
        "on a random map; {most} of the neighbours torn away landed near by.",
    ),
    "triplets": (
        "Random triplets right",
        "Asked which of two words drawn at random is nearer to a third, the map is right in "
        "{percent:.1f} % of cases; a random map is in {random_percent:.1f} %.",
    ),
    "spearman": (
        "Rank correlation of distances",
        "Long and short ways across the map follow those in the space {closely} (rank correlation "
        "{value:.3f}; {random:.3f} on a random map).",
    ),
}


def reading(name: str, value: float, random: float, k: int) -> str:
    """Say what the `value` of a figure means beside that of a `random` map."""
    return WORDINGS[name][1].format(
        value=value,
        random=random,
        k=k,
        near=k * value,
        random_near=k * random,
        percent=100 * value,
        random_percent=100 * random,
        most="nearly all" if value > 0.95 else "most" if value > 0.8 else "few",
        closely="closely" if value > 0.7 else "roughly" if value > 0.4 else "hardly",
    )


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
