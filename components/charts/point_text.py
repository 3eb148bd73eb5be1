"""The hover text of a point of a sweep."""

from math import isfinite

from components.wording import count, hover, percent
from models.quality.sweep.point import RAW, SweepPoint


def described(name: str, point: SweepPoint, full: int, *, per_cent: bool) -> str:
    """Return value, difference to the published vectors, n and coverage; `name` is escaped text."""
    lines = [
        f"<b>{name}</b>, {count(point.dimension)} of {count(full)} dimensions",
        _between(point.value, point.low, point.high, per_cent=per_cent),
    ]
    if isfinite(point.difference) and point.method != RAW:
        low, high = point.difference_low, point.difference_high
        change = _between(point.difference, low, high, per_cent=per_cent, signed=True)
        lines.append(f"{change} against as published")
    lines.append(f"n = {count(point.total)}, {percent(point.coverage)} of the suite")
    if not point.exact:
        lines.append(f"sample: {hover(point.sampled)}" if point.sampled else "a sample")
    return "<br>".join(lines)


def _between(value: float, low: float, high: float, *, per_cent: bool, signed: bool = False) -> str:
    """ "46.2 % (45.5 to 46.9)", "−3.1 points (−4.0 to −2.2)" or "0.545 (0.510 to 0.580)"."""
    style = ("+" if signed else "") + (".1f" if per_cent else ".3f")
    scale = 100 if per_cent else 1
    unit = (" points" if signed else " %") if per_cent else ""
    text = f"{scale * value:{style}}{unit}"
    if isfinite(low) and isfinite(high):
        text += f" ({scale * low:{style}} to {scale * high:{style}})"
    return text.replace("-", "−")
