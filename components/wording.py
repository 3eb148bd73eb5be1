"""How the product writes numbers and words: the one place that formats and escapes them."""

import html
import re

import models

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=^@/])")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff]")


def cosine(value: float) -> str:
    """A similarity: 0.852."""
    return f"{value:.3f}".replace("-", "−")


def percent(share: float) -> str:
    """A share of 1 as per cent: 46.2 %."""
    return f"{100 * share:.1f} %".replace("-", "−")


def count(number: int) -> str:
    """A count: 400,000."""
    return f"{number:,}"


def counted(number: int, thing: str) -> str:
    """A count of things: 1 run, 2 runs."""
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def size(byte_count: float) -> str:
    """Bytes in decimal units: 80 MB."""
    for unit in ("bytes", "kB", "MB"):
        if byte_count < 1000:
            return f"{byte_count:.0f} {unit}" if byte_count >= 10 else f"{byte_count:.2g} {unit}"
        byte_count /= 1000
    return f"{byte_count:.1f} GB"


def seconds(duration: float) -> str:
    """A duration: 1.4 s, 3 min."""
    return f"{duration:.1f} s" if duration < 90 else f"{duration / 60:.0f} min"


def roughly(duration: float) -> str:
    """A duration that is only guessed: 3 s, 2 min."""
    return f"{max(1, round(duration))} s" if duration < 90 else f"{round(duration / 60)} min"


def ordinal(rank: int) -> str:
    """A rank: first, second, third, 12th."""
    if rank <= 3:
        return ("first", "second", "third")[rank - 1]
    teens = rank % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank:,}{ending}"


def plain(text: str, *, limit: int = 60) -> str:
    """Return a visitor's or a vocabulary's text so that Markdown shows it literally."""
    return _apart(_MARKDOWN.sub(r"\\\1", models.shorten(text, limit=limit)))


def bold(text: str) -> str:
    """A word in bold, shown literally."""
    return f"**{plain(text)}**"


def hover(text: str) -> str:
    """Return text so that a Plotly label or hover box shows it literally."""
    return _apart(html.escape(models.shorten(text, limit=60), quote=False))


def listed(items: list[str], *, last: str = "and") -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def _apart(text: str) -> str:
    """Isolate right-to-left text, by the characters that Unicode has for it, from the words and
    numbers around it; other text stays as it is."""
    return f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text
