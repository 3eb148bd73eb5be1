"""The sweep behind the page: what is asked for, what comes with the installation, and the jobs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from components import session
from components.widgets.jobs import forget_job, job_for
from components.widgets.text_source import Source
from components.wording import roughly
from models.errors import InvalidRequest
from models.jobs.job import Job
from models.quality.training_sizes import (
    nested_of_text,
    nested_settings,
    pip_of_text,
    sizes_of_text,
)
from models.training.pip_loss import PIPLoss
from models.training.precomputed_sizes import DefaultSweep, load_default_sweep
from models.training.run import Outline
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, SizeRun

MOST_SEEDS = 3  # with as many nested runs and the spectrum: seven jobs, of eight that may wait
LONGEST = 480.0  # seconds that the runs of one seed may take by their estimate
_PIP = "sizes-pip"
_STARTED = "sizes-started"


@dataclass(frozen=True, eq=False)
class Asked:
    """What the page is asked: a text and its outline, how is trained, which sizes, how many
    seeds (0, 1, ...), and whether nested runs too."""

    source: Source
    outline: Outline
    settings: Settings
    sizes: tuple[int, ...]
    seeds: int
    nested: bool

    @property
    def key(self) -> str:
        """Name all that the figures depend on."""
        return f"{self.source.key} {self.settings!r} {self.sizes} {self.seeds} {self.nested}"

    @property
    def runs(self) -> int:
        """How many trainings it takes."""
        return self.seeds * (len(self.sizes) + self.nested)

    @property
    def signal(self) -> dict[str, Any]:
        """The options of pip_loss() that fit the way of training."""
        return signal_of(self.settings)


@dataclass(frozen=True, eq=False)
class Found:
    """What is known: the runs, the PIP loss, the jobs that are at it, and whether it came with the
    installation."""

    runs: tuple[SizeRun, ...]
    pip: PIPLoss | None
    jobs: tuple[tuple[str, Job[Any]], ...] = ()
    precomputed: bool = False

    @property
    def running(self) -> bool:
        return any(job.running for _, job in self.jobs)


def signal_of(settings: Settings) -> dict[str, Any]:
    """Return the options of pip_loss() for the matrix that such training factors."""
    kind = "glove" if settings.method == "glove" else "skip-gram"
    return {"signal": kind, "window": settings.window, "negatives": settings.negatives}


def shipped(asked: Asked) -> Found | None:
    """Return what comes with the installation, where it is what is asked: the same text and
    settings, and no size and no seed more."""
    ours = load_default_sweep()
    sizes = {run.dimension for run in ours.runs}
    seeds = {run.seed for run in ours.runs}
    same = _same_text(asked, ours) and asked.settings == ours.settings
    if not same or not sizes.issuperset(asked.sizes) or asked.seeds > len(seeds):
        return None
    largest = max(asked.sizes) == max(sizes)
    if asked.nested and not largest:
        return None
    runs = tuple(
        run
        for run in ours.runs
        if run.dimension in asked.sizes
        and run.seed < asked.seeds
        and (run.kind != CUT or largest)
        and (run.kind != NESTED or asked.nested)
    )
    return Found(runs, ours.pip, precomputed=True)


def expected_seconds(asked: Asked) -> float:
    """Return about how long all runs take on one core of an ordinary machine."""
    return asked.seeds * (_sizes_take(asked) + (_nested_takes(asked) if asked.nested else 0.0))


def refuse(asked: Asked) -> None:
    """Raise InvalidRequest where the runs need more memory or, those of one seed, more time than
    there is."""
    largest = replace(asked.settings, dimension=max(asked.sizes))
    for one in (largest, *([_nested(asked)] if asked.nested else [])):
        one.refuse_too_large(asked.outline.corpus)
    longest = max(_sizes_take(asked), _nested_takes(asked) if asked.nested else 0.0)
    if longest > LONGEST:
        fits = int(asked.settings.epochs * LONGEST / longest)
        advice = f"Choose at most {fits} epochs, or f" if fits else "Choose f"
        raise InvalidRequest(
            f"The runs of one seed would take about {roughly(longest)}, and they may take "
            f"{roughly(LONGEST)}. {advice}ewer or smaller sizes, or less text."
        )


def start(asked: Asked) -> None:
    """Ask for the runs: the callback of the button."""
    session.put(_STARTED, asked.key)
    forget_job(*_places(asked))


def started(asked: Asked) -> bool:
    """Whether these very runs were asked for."""
    return bool(session.get(_STARTED) == asked.key)


def found_by(asked: Asked) -> Found:
    """Return what is known of the runs that were started, and their jobs; they are submitted when
    first asked for."""
    jobs = _jobs_of(asked)
    runs = tuple(run for place, job in jobs if place != _PIP for run in job.partial)
    pip = next((job for place, job in jobs if place == _PIP), None)
    if pip is None:
        return Found(runs, load_default_sweep().pip, tuple(jobs))
    done = not (pip.running or pip.cancelled or pip.error is not None)
    return Found(runs, pip.result() if done else None, tuple(jobs))


def _jobs_of(asked: Asked) -> list[tuple[str, Job[Any]]]:
    """The PIP loss first, which takes seconds; then a job a seed, which are done at once where
    several workers are free."""
    source, tokens = asked.source.text, asked.source.tokens
    largest = max(asked.sizes)
    work: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = []
    if not _spectrum_is_known(asked):
        work.append((_PIP, pip_of_text, (source, tokens, asked.signal)))
    for seed in range(asked.seeds):
        each = (source, tokens, replace(asked.settings, seed=seed), asked.sizes)
        work.append((f"sizes-{seed}", sizes_of_text, each))
    for seed in range(asked.seeds if asked.nested else 0):
        one = (source, tokens, replace(asked.settings, dimension=largest, seed=seed))
        work.append((f"sizes-nested-{seed}", nested_of_text, one))
    return [
        (
            place,
            job_for(
                place,
                f"{place}: {asked.key}",
                function,
                *given,
                private=asked.source.private,
            ),
        )
        for place, function, given in work
    ]


def _places(asked: Asked) -> list[str]:
    seeds = range(MOST_SEEDS)
    return [_PIP, *(f"sizes-{i}" for i in seeds), *(f"sizes-nested-{i}" for i in seeds)]


def _spectrum_is_known(asked: Asked) -> bool:
    """Whether the PIP loss that comes with the installation is that of these choices too."""
    ours = load_default_sweep()
    return _same_text(asked, ours) and asked.signal == signal_of(ours.settings)


def _same_text(asked: Asked, ours: DefaultSweep) -> bool:
    return asked.source.text == "wikipedia" and asked.source.tokens == ours.about.options


def _sizes_take(asked: Asked) -> float:
    corpus = asked.outline.corpus
    return sum(
        replace(asked.settings, dimension=size).expected_seconds(corpus) for size in asked.sizes
    )


def _nested_takes(asked: Asked) -> float:
    return _nested(asked).expected_seconds(asked.outline.corpus)


def _nested(asked: Asked) -> Settings:
    """How the nested run is trained: always a skip-gram with negatives, at its own usual rate."""
    return nested_settings(replace(asked.settings, dimension=max(asked.sizes)))
