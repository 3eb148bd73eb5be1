"""Suggestions for a word that the space lacks: other spellings and near misspellings."""

from models.vocabulary import Vocabulary

_CHUNK = 50_000  # words scored at a time, so that 400,000 are never strings at once
_LONGEST = 40  # a longer text is no misspelt word; scoring it would take long


def suggest(vocabulary: Vocabulary, word: str, *, limit: int = 5) -> list[str]:
    """Return up to `limit` words close to `word`, the likeliest first.

    First come the same letters in another case or with other accents around them, then words at a
    small Damerau-Levenshtein (optimal string alignment) distance, of which frequent ones go first.
    """
    wanted = word.strip()
    if not wanted or len(wanted) > _LONGEST:
        return []
    found = [form for form in _other_cases(wanted) if form in vocabulary]
    for candidate in _near(vocabulary, wanted.lower(), limit=limit + len(found)):
        if candidate not in found:
            found.append(candidate)
    return found[:limit]


def _other_cases(word: str) -> list[str]:
    forms = dict.fromkeys([word, word.lower(), word.capitalize(), word.upper(), word.title()])
    return [*forms, *(form.replace(" ", joint) for form in forms for joint in "_-" if " " in form)]


def _near(vocabulary: Vocabulary, word: str, *, limit: int) -> list[str]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    furthest = 1 if len(word) <= 4 else 2
    scored: list[tuple[float, int, str]] = []
    for start in range(0, len(vocabulary), _CHUNK):
        chunk = vocabulary.chunk(start, start + _CHUNK)
        hits = extract(word, chunk, scorer=OSA.distance, score_cutoff=furthest, limit=limit)
        scored.extend((distance, start + place, text) for text, distance, place in hits)
    scored.sort()
    if len(scored) < limit:
        rows = vocabulary.starting_with(word, limit=limit) if len(word) >= 3 else []
        scored.extend((furthest + 1, row, vocabulary[row]) for row in rows)
    return list(dict.fromkeys(text for _, _, text in scored))[:limit]
