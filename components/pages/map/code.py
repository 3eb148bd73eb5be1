"""A map as lines of Python: what the sections below it let a visitor copy begins with them."""

from components import session
from components.pages.map.layout import Shown
from components.wording import count

_LISTED = 60  # words that are named one by one
_SAID = ("dimensions", "theta")  # options that project() takes otherwise, or not


def code_of(shown: Shown) -> str:
    """Return the lines of Python that make `space`, `words` and `positions`."""
    published, live = shown.space.published, shown.source is not None
    how = f'method="{shown.method}", dimensions={shown.dimensions}'
    if live:
        how += ", live=True"
    if shown.options is not None:
        named = vars(shown.options).items()
        how += "".join(f", {name}={value!r}" for name, value in named if name not in _SAID)
    drawn = f"places = models.project(space, words, {how})"
    cut = f"space = models.reduce(space, dimension={shown.space.dimension})"
    lines = [
        "import models",
        "",
        f"space = {session.loading_code(published.name)}",
        words_line(shown),
    ]
    if published.is_same(shown.space):
        lines.append(drawn)
    else:  # the map is of what is kept, or of all dimensions and only its neighbours are not
        lines += [cut, drawn] if live and shown.space.is_same(shown.source) else [drawn, cut]
    return "\n".join(
        [*lines, f"positions = places[{list('xyz')[: shown.dimensions]!r}].to_numpy()", ""]
    )


def words_line(shown: Shown) -> str:
    """Return the line of Python that names the words of the map."""
    total = len(shown.rows)
    if shown.frequent:
        return f"words = space.vocabulary.chunk(0, {total})  # the most frequent"
    if total <= _LISTED:
        return f"words = {shown.words!r}"
    return f"words = [...]  # the {count(total)} words of the map, to be had as CSV beside this"
