"""“Copy as Python”: the map of the page, and the lines with which its other sections begin."""

import pandas as pd

from components import session
from components.pages.map.layout import MapLayout
from components.pages.map.request import NEIGHBOURS, MapRequest
from components.widgets.words import filter_code, filter_import
from components.wording import count
from models.maps.tsne import TSNE
from models.maps.umap import UMAP, VECTORSCOPE

_LISTED = 60  # words that are named one by one
_OTHERWISE = ("dimensions", "theta")  # options that project() takes in another way, or not


def code_of_page(
    in_use: session.InUse, request: MapRequest, shown: MapLayout, answers: pd.DataFrame | None
) -> str:
    """Return Python that gives the numbers of the page, with `models` alone."""
    lines = f"{filter_import(request.among)}{in_use.code}\n"
    live, of, words = shown.source is not None, "space", ""
    if live and in_use.is_cut and not in_use.kept.is_same(shown.source):
        lines += f"published = {session.loading_code(in_use.published.name)}\n"
        of = "published"
    if live:
        if request.word_list is not None:
            lines += f"{words_line(shown)}\n"
        elif isinstance(request.words, int):
            lines += f"words = {of}.words[:{request.words}]\n"
        else:
            lines += f"words = {list(request.words)!r}\n"
        words = ", words"
    options = _options(shown.options) + (", live=True" if live else "")
    lines += (
        f'print(models.project({of}{words}, method="{shown.method}", '
        f"dimensions={shown.dimensions}{options}))"
    )
    if answers is not None:
        arguments = f"{request.word!r}, k={NEIGHBOURS}{filter_code(request.among)}"
        lines += f"\nprint(models.neighbours(space, {arguments}))"
    return lines


def code_of(layout: MapLayout) -> str:
    """Return the lines of Python that make `space`, `words` and `positions`."""
    published, live = layout.space.published, layout.source is not None
    how = f'method="{layout.method}", dimensions={layout.dimensions}'
    if live:
        how += ", live=True"
    if layout.options is not None:
        named = vars(layout.options).items()
        default = ("engine", VECTORSCOPE)
        given = [each for each in named if each[0] not in _OTHERWISE and each != default]
        how += "".join(f", {name}={value!r}" for name, value in given)
    drawn = f"places = models.project(space, words, {how})"
    cut = f"space = models.reduce(space, dimension={layout.space.dimension})"
    lines = [
        "import models",
        "",
        f"space = {session.loading_code(published.name)}",
        words_line(layout),
    ]
    if published.is_same(layout.space):
        lines.append(drawn)
    else:  # either the map is of the reduced vectors, or of all dimensions and only search is not
        lines += [cut, drawn] if live and layout.space.is_same(layout.source) else [drawn, cut]
    return "\n".join(
        [*lines, f"positions = places[{list('xyz')[: layout.dimensions]!r}].to_numpy()", ""]
    )


def words_line(layout: MapLayout) -> str:
    """Return the line of Python that names the words of the map."""
    total = len(layout.rows)
    if layout.frequent:
        return f"words = space.vocabulary.chunk(0, {total})  # the most frequent"
    if total <= _LISTED:
        return f"words = {layout.words!r}"
    return f"words = [...]  # the {count(total)} words of the map, to be had as CSV beside this"


def _options(options: UMAP | TSNE | None) -> str:
    if options is None:
        return ""
    if isinstance(options, UMAP):
        own = f"n_neighbors={options.n_neighbors}, min_dist={options.min_dist:g}"
        own += f', engine="{options.engine}"' * (options.engine != VECTORSCOPE)
    else:
        own = f"perplexity={options.perplexity:g}"
    return f', {own}, metric="{options.metric}", seed={options.seed}'
