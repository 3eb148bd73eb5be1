"""The sweep of the page: the request, the results that come with the installation, and the jobs."""

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
from models.training.precomputed import DefaultSweep, load_default_sweep
from models.training.run import CorpusOutline
from models.training.settings import Settings
from models.training.size_sweep import CUT, NESTED, SizeRun

MOST_SEEDS = 3  # with as many nested runs and the spectrum: seven jobs, of eight that may wait
LONGEST = 480.0  # seconds that the runs of one seed may take by their estimate
_PIP = "sizes-pip"
_STARTED = "sizes-started"


@dataclass(frozen=True, eq=False)
class SizeRequest:
    """A sweep: a text and its outline, the settings of training, the sizes, the number of seeds
    (0, 1, ...), and whether nested runs are trained too."""

    source: Source
    outline: CorpusOutline
    settings: Settings
    sizes: tuple[int, ...]
    seeds: int
    nested: bool

    @property
    def key(self) -> str:
        """The text and all choices: requests with equal figures have equal keys."""
        return f"{self.source.key} {self.settings!r} {self.sizes} {self.seeds} {self.nested}"

    @property
    def runs(self) -> int:
        """How many trainings it takes."""
        return self.seeds * (len(self.sizes) + self.nested)

    @property
    def nested_run(self) -> Settings:
        """The settings of the nested run, which gives all sizes at once."""
        return nested_settings(replace(self.settings, dimension=max(self.sizes)))

    @property
    def seconds(self) -> tuple[float, float]:
        """About how long all sizes, and the nested run, take with one seed on one core of an
        ordinary machine."""
        facts = self.outline.facts
        each = [replace(self.settings, dimension=size) for size in self.sizes]
        sizes = sum(one.expected_seconds(facts) for one in each)
        return sizes, self.nested * self.nested_run.expected_seconds(facts)


@dataclass(frozen=True, eq=False)
class SizeResults:
    """The results so far: the runs, the PIP loss, the jobs that compute them, and whether they came
    with the installation."""

    runs: tuple[SizeRun, ...]
    pip: PIPLoss | None
    jobs: tuple[tuple[str, Job[Any]], ...] = ()
    precomputed: bool = False

    @property
    def running(self) -> bool:
        return any(job.running for _, job in self.jobs)


def precomputed_results(request: SizeRequest) -> SizeResults | None:
    """Return the results that come with the installation, where they answer the request: the same
    text and settings, and no further size or seed."""
    ours = load_default_sweep()
    sizes = {run.dimension for run in ours.runs}
    seeds = {run.seed for run in ours.runs}
    same = _same_text(request, ours) and request.settings == ours.settings
    if not same or not sizes.issuperset(request.sizes) or request.seeds > len(seeds):
        return None
    largest = max(request.sizes) == max(sizes)
    if request.nested and not largest:
        return None
    runs = tuple(
        run
        for run in ours.runs
        if run.dimension in request.sizes
        and run.seed < request.seeds
        and (run.kind != CUT or largest)
        and (run.kind != NESTED or request.nested)
    )
    return SizeResults(runs, ours.pip, precomputed=True)


def refuse_too_large(request: SizeRequest) -> None:
    """Raise InvalidRequest where the runs need more memory or, those of one seed, more time than
    there is."""
    largest = replace(request.settings, dimension=max(request.sizes))
    for one in (largest, *([request.nested_run] if request.nested else [])):
        one.refuse_too_large(request.outline.facts)
    longest = max(request.seconds)
    if longest > LONGEST:
        fits = int(request.settings.epochs * LONGEST / longest)
        advice = f"Choose at most {fits} epochs, or f" if fits else "Choose f"
        raise InvalidRequest(
            f"The runs of one seed would take about {roughly(longest)}, and they may take "
            f"{roughly(LONGEST)}. {advice}ewer or smaller sizes, or less text."
        )


def start(request: SizeRequest) -> None:
    """Start the runs: the callback of the button."""
    session.put(_STARTED, request.key)
    seeds = range(MOST_SEEDS)
    forget_job(_PIP, *(f"sizes-{i}" for i in seeds), *(f"sizes-nested-{i}" for i in seeds))


def is_started(request: SizeRequest) -> bool:
    """Whether these very runs were started."""
    return bool(session.get(_STARTED) == request.key)


def results_so_far(request: SizeRequest) -> SizeResults:
    """Return the results of the runs that were started, and their jobs; the first call submits
    them."""
    jobs = _jobs_of(request)
    runs = tuple(run for place, job in jobs if place != _PIP for run in job.partial)
    spectrum = dict(jobs).get(_PIP)
    if spectrum is None:
        return SizeResults(runs, load_default_sweep().pip, tuple(jobs))
    return SizeResults(runs, spectrum.result() if spectrum.done else None, tuple(jobs))


def _jobs_of(request: SizeRequest) -> list[tuple[str, Job[Any]]]:
    """The jobs and their places: the PIP loss first, which takes seconds; then one for each seed,
    which run in parallel where several workers are free."""
    source, tokens = request.source.text, request.source.tokens
    largest = max(request.sizes)
    work: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = []
    ours = load_default_sweep()
    if not (_same_text(request, ours) and _signal(request.settings) == _signal(ours.settings)):
        work.append((_PIP, pip_of_text, (source, tokens, _signal(request.settings))))
    for seed in range(request.seeds):
        each = (source, tokens, replace(request.settings, seed=seed), request.sizes)
        work.append((f"sizes-{seed}", sizes_of_text, each))
    for seed in range(request.seeds if request.nested else 0):
        one = (source, tokens, replace(request.settings, dimension=largest, seed=seed))
        work.append((f"sizes-nested-{seed}", nested_of_text, one))
    private = request.source.private
    return [
        (place, job_for(place, f"{place}: {request.key}", function, *given, private=private))
        for place, function, given in work
    ]


def _signal(settings: Settings) -> dict[str, Any]:
    """Return the options of pip_loss() for the matrix that such training factors."""
    kind = "glove" if settings.method == "glove" else "skip-gram"
    return {"signal": kind, "window": settings.window, "negatives": settings.negatives}


def _same_text(request: SizeRequest, ours: DefaultSweep) -> bool:
    return request.source.text == "wikipedia" and request.source.tokens == ours.facts.options
