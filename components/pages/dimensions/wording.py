"""The names of the suites, and how a figure is written."""

from math import isfinite

from components.wording import percent, plain
from models.quality.sweep.point import SHARE, SweepPoint

TITLES = {
    "google-analogies": "Google analogies",
    "wordsim-353": "WordSim-353",
    "simlex-999": "SimLex-999",
    "knn-overlap": "Neighbours kept",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
}


def title(point: SweepPoint) -> str:
    """Return the name of a suite, as Markdown."""
    return TITLES.get(point.suite) or plain(point.title)


def figure(point: SweepPoint, value: float | None = None) -> str:
    """Return a value of this point, or another one in its unit: 46.2 % or 0.571."""
    value = point.value if value is None else value
    if not isfinite(value):
        return "not measured"
    return percent(value) if point.unit == SHARE else f"{value:.3f}".replace("-", "−")


def interval(point: SweepPoint) -> str:
    """Return the 95 % interval: (45.5 to 46.9)."""
    if not (isfinite(point.low) and isfinite(point.high)):
        return ""
    low, high = (figure(point, bound).replace(" %", "") for bound in (point.low, point.high))
    return f"({low} to {high})"
