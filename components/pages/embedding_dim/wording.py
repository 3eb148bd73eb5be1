"""How the page writes its measures and their figures."""

from components.wording import cosine, percent
from models.training.size_sweep import Summary

# As they stand in a sentence.
MEASURES = {
    "auc": "held-out contexts (AUC)",
    "wordsim-353": "WordSim-353",
    "simlex-999": "SimLex-999",
    "google-analogies": "Google analogies",
    "loss": "held-out loss",
}
TITLES = {name: title[0].upper() + title[1:] for name, title in MEASURES.items()}
UNITS = {
    "auc": "true context above a random one (AUC)",
    "wordsim-353": "agreement with people (Spearman)",
    "simlex-999": "agreement with people (Spearman)",
    "google-analogies": "answered rightly",
    "loss": "held-out loss (nats), less is better",
}
SHARES = ("google-analogies",)


def figure(measure: str, value: float) -> str:
    """A figure of a measure: 0.832 or 2.3 %."""
    return percent(value) if measure in SHARES else cosine(value)


def between(measure: str, one: Summary) -> str:
    """A mean and its interval: "0.012 (0.004 to 0.020)"; of shares, in points."""
    if measure in SHARES:
        return f"{_points(one.mean)} points {interval(measure, one)}".rstrip()
    return f"{cosine(one.mean)} {interval(measure, one)}".rstrip()


def interval(measure: str, one: Summary) -> str:
    """An interval in brackets, empty where one seed stands alone."""
    if not one.sure:
        return ""
    write = _points if measure in SHARES else cosine
    return f"({write(one.low)} to {write(one.high)})"


def seeds_said(one: Summary) -> str:
    """How many runs a mean is of: "three seeds"."""
    words = {1: "one seed", 2: "two seeds", 3: "three seeds"}
    return words.get(one.seeds, f"{one.seeds} seeds")


def _points(share: float) -> str:
    return f"{100 * share:.1f}".replace("-", "−")
