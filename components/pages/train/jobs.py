"""The run behind the page: the one under way, and those that this visitor has made."""

from dataclasses import dataclass, replace

from components import session
from components.pages.train.run_map import show_ending
from components.widgets.jobs import forget_job, job_for
from components.widgets.run_epochs import keep_epochs
from components.widgets.text_source import Source
from models.jobs.job import Job
from models.quality.training_measure import watch_text
from models.space import Floats
from models.training.precomputed import load_default
from models.training.run import Glimpse, Outline, Run
from models.training.settings import Settings
from models.training.tasks import Trained

MOST_RUNS = 4  # of a visitor's own that are kept, the last ones
LONGEST = 480.0  # seconds that a run may take by its estimate; a job ends after ten minutes
SHOWN = "run"  # the key of the control that chooses which run is shown
_PLACE = "train-run"
_ASKED, _RUNS, _COUNTED = "train-asked", "train-runs", "train-counted"
_FAILED = "train-failed"  # why the last run ended early, if it did


@dataclass(frozen=True, eq=False)
class Asked:
    """A run that was started: its text, what is known of it, and the settings."""

    name: str
    source: Source
    outline: Outline
    settings: Settings

    @property
    def key(self) -> str:
        """Name all that the run depends on."""
        return f"train {self.source.key} {self.settings!r}"


def start(source: Source, outline: Outline, settings: Settings) -> None:
    """Ask for a run: the callback of the button. One that is under way ends."""
    stop()
    number = int(session.get(_COUNTED, 0)) + 1
    session.put(_COUNTED, number)
    session.put(_FAILED, None)
    forget_job(_PLACE)  # the same again is a run of its own
    session.put(_ASKED, Asked(f"run {number}", source, outline, settings))


def stop() -> None:
    """End the run that is under way; what it has reached is kept."""
    asked: Asked | None = session.get(_ASKED)
    if asked is not None:
        job = job_of(asked)
        job.cancel()
        settle(asked, job)


def give_up(error: BaseException) -> None:
    """Forget the run that was started, as it cannot be done."""
    session.put(_ASKED, None)
    session.put(_FAILED, error)


def failed() -> BaseException | None:
    """Return why the last run ended early, if it did."""
    found: BaseException | None = session.get(_FAILED)
    return found


def asked() -> Asked | None:
    """Return the run that was started and is not yet among runs()."""
    found: Asked | None = session.get(_ASKED)
    return found


def job_of(wanted: Asked) -> Job[Trained]:
    """Return the job of a run, submitted when first asked for."""
    source = wanted.source
    return job_for(
        _PLACE,
        wanted.key,
        watch_text,
        source.text,
        source.tokens,
        wanted.settings,
        private=source.private,
    )


def run_of(wanted: Asked, job: Job[Trained]) -> Run:
    """Return the run as far as it is; the same object until it has moved."""
    seen = tuple(job.partial)
    identity = (wanted.name, len(seen))
    return session.remember("train-live", identity, lambda: _run(wanted, seen, None))


def settle(wanted: Asked, job: Job[Trained]) -> None:
    """Keep what a job that is over has reached, and show it."""
    session.put(_ASKED, None)
    session.put(_FAILED, job.error)
    seen: tuple[Glimpse, ...] = tuple(job.partial)
    ended = job.done
    if len(seen) < 2:
        return
    light = tuple(replace(glimpse, vectors=None) for glimpse in seen)
    run = _run(wanted, light, job.result().vectors if ended else _reached(seen))
    keep(run)
    keep_epochs(run, seen, runs())
    if ended:
        show_ending()


def keep(run: Run) -> None:
    """Keep a run among the last ones, and show it."""
    held = [other for other in runs() if other.name != run.name]
    session.put(_RUNS, (*held, run)[-MOST_RUNS:])
    session.put(SHOWN, run.name)


def runs() -> tuple[Run, ...]:
    """Return the runs of this visitor, the last one last."""
    found: tuple[Run, ...] = session.get(_RUNS, ())
    return found


def all_runs() -> dict[str, Run]:
    """Return the run that comes with the installation and this visitor's, by name."""
    ours = load_default()
    return {ours.name: ours} | {run.name: run for run in runs()}


def restore(saved: tuple[Run, ...]) -> None:
    """Take back runs of a saved session, under names of their own."""
    for run in saved:
        number = int(session.get(_COUNTED, 0)) + 1
        session.put(_COUNTED, number)
        keep(replace(run, name=f"run {number}", precomputed=False))


def title_of(run: Run) -> str:
    """Return what tells a run from the others, in a list."""
    if run.precomputed:
        return f"Precomputed: {run.settings.describe()}"
    stopped = "" if run.finished else f", stopped after epoch {run.reached}"
    return f"{run.name.capitalize()}: {run.about.title}, {run.settings.describe()}{stopped}"


def _run(wanted: Asked, seen: tuple[Glimpse, ...], vectors: Floats | None) -> Run:
    known = wanted.outline
    return Run(
        wanted.name,
        wanted.settings,
        known.about,
        known.vocabulary,
        known.counts,
        seen,
        vectors,
    )


def _reached(seen: tuple[Glimpse, ...]) -> Floats | None:
    """Return the last vectors that were kept of a run that was stopped, of the words shown."""
    kept = [glimpse.vectors for glimpse in seen if glimpse.vectors is not None]
    return kept[-1].astype("float32") if kept else None
