"""The curves as an SVG picture, which a browser shows without Plotly."""

from collections.abc import Sequence
from html import escape
from math import isfinite, log10

from components.charts import theme
from components.charts.method_curves import SHORT_NAMES
from models.quality.sweep.point import RAW, SweepPoint

_WIDTH, _HEIGHT = 900, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 120, 24, 48
_TICKS = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)


def sketch(points: Sequence[SweepPoint], *, full: int, unit: str, per_cent: bool, ink: str) -> str:
    """Return an SVG of `points`, all of one suite and one part: a line a method over a logarithmic
    axis of dimensions, the published vectors dashed. `ink` is the colour of its text."""
    shown = [point for point in points if isfinite(point.value)]
    top = 1.05 * max(
        [point.value for point in shown] + [p.high for p in shown if isfinite(p.high)] or [1.0]
    )
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.5) if top / step <= 8 or step == 0.5)
    heights = [step * number for number in range(int(top / step) + 1)]
    drawn = [_level(height, top, 'stroke-opacity="0.25"') for height in heights]
    for height in heights:
        written = f"{100 * height:.0f} %" if per_cent else f"{height:.2g}"
        drawn.append(_text(_LEFT - 8, _y(height, top) + 5, written, ink, anchor="end"))
    below = _HEIGHT - _BOTTOM + 22
    sizes = [*(tick for tick in _TICKS if tick < full / 1.3), full]
    drawn += [_text(_x(size, full), below, str(size), ink) for size in sizes]
    for method, name in SHORT_NAMES.items():
        line = sorted(
            (point for point in shown if point.method == method), key=lambda p: p.dimension
        )
        if line:
            drawn.append(_line(line, name, full, top, colour=theme.METHODS[method], ink=ink))
    dashed = 'stroke-width="1.5" stroke-dasharray="6 5"'
    drawn += [_level(point.value, top, dashed) for point in shown if point.method == RAW]
    middle = _TOP + (_HEIGHT - _TOP - _BOTTOM) / 2
    drawn.append(_text(16, middle, unit, ink, turn=True))
    drawn.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, "dimensions kept", ink))
    font = escape(theme.FONT, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="{font}" font-size="14">'
        f"{''.join(drawn)}</svg>"
    )


def _line(
    line: Sequence[SweepPoint], name: str, full: int, top: float, *, colour: str, ink: str
) -> str:
    places = [(_x(point.dimension, full), _y(point.value, top)) for point in line]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    known = [point for point in line if isfinite(point.low) and isfinite(point.high)]
    edge = [(point, point.high) for point in known] + [(p, p.low) for p in reversed(known)]
    band = " ".join(f"{_x(p.dimension, full):.1f},{_y(bound, top):.1f}" for p, bound in edge)
    end = places[-1]
    return (
        f'<polygon points="{band}" fill="{colour}" fill-opacity="0.2"/>'
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        + "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="none" stroke="{colour}"/>'
            for x, y in places
        )
        + _text(end[0] + 10, end[1] + 5, name, ink, anchor="start")
    )


def _level(height: float, top: float, style: str) -> str:
    y = _y(height, top)
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
        f'stroke="{theme.BASELINE}" {style}/>'
    )


def _text(
    x: float, y: float, text: str, ink: str, *, anchor: str = "middle", turn: bool = False
) -> str:
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" text-anchor="{anchor}"{turned}>'
        f"{escape(text)}</text>"
    )


def _x(size: int, full: int) -> float:
    share = (log10(size) - log10(2)) / max(1e-9, log10(full) - log10(2))
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, top: float) -> float:
    return _TOP + (1 - value / top) * (_HEIGHT - _TOP - _BOTTOM)
