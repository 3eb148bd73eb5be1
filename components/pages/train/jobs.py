"""The run under way: it is requested, trained as a job, and then one of the visitor's runs."""

from dataclasses import dataclass, replace

from components import session
from components.pages.train.run_map import show_umap
from components.widgets.jobs import forget_job, job_for
from components.widgets.text_source import Source
from components.widgets.training_runs import add_run, next_name
from models.jobs.job import Job
from models.quality.training_measure import watch_text
from models.space import Floats
from models.training.run import CorpusOutline, EpochRecord, Run
from models.training.settings import Settings

LONGEST = 480.0  # seconds that a run may take by its estimate; a job ends after ten minutes
_PLACE = "train-run"
_REQUEST = "train-asked"
_FAILED = "train-failed"  # why the last run ended early, if it did


@dataclass(frozen=True, eq=False)
class TrainingRequest:
    """A run that was started: its text, the outline of it, and the settings."""

    name: str
    source: Source
    outline: CorpusOutline
    settings: Settings

    @property
    def key(self) -> str:
        """Name all that the run depends on."""
        return f"train {self.source.key} {self.settings!r}"

    def run(self, records: tuple[EpochRecord, ...], vectors: Floats | None = None) -> Run:
        """Return the run with these records of its epochs."""
        known = self.outline
        return Run(
            self.name,
            self.settings,
            known.facts,
            known.vocabulary,
            known.counts,
            records,
            vectors,
        )


def start(source: Source, outline: CorpusOutline, settings: Settings) -> None:
    """Request a run: the callback of the button. One that is under way ends."""
    under_way = requested()
    if under_way is not None:
        job = job_of(under_way)
        job.cancel()
        finish(under_way, job)
    session.put(_FAILED, None)
    forget_job(_PLACE)  # the same again is a run of its own
    session.put(_REQUEST, TrainingRequest(next_name(), source, outline, settings))


def requested() -> TrainingRequest | None:
    """Return the run that was started and has not ended."""
    found: TrainingRequest | None = session.get(_REQUEST)
    return found


def failed() -> BaseException | None:
    """Return why the last run ended early, if it did."""
    found: BaseException | None = session.get(_FAILED)
    return found


def reject(error: BaseException) -> None:
    """Drop the run that was started, as it cannot be trained."""
    session.put(_REQUEST, None)
    session.put(_FAILED, error)


def job_of(request: TrainingRequest) -> Job[Floats]:
    """Return the job of a run, submitted at the first call."""
    source = request.source
    return job_for(
        _PLACE,
        request.key,
        watch_text,
        source.text,
        source.tokens,
        request.settings,
        private=source.private,
    )


def live_run(request: TrainingRequest, job: Job[Floats]) -> Run:
    """Return the run as far as it is; the same object until it has another epoch."""
    records = tuple(job.partial)
    identity = (request.name, len(records))
    return session.remember("train-live", identity, lambda: request.run(records))


def finish(request: TrainingRequest, job: Job[Floats]) -> None:
    """Add the run of a job that has ended to the visitor's runs, as far as it came."""
    session.put(_REQUEST, None)
    session.put(_FAILED, job.error)
    records: tuple[EpochRecord, ...] = tuple(job.partial)
    done = job.done
    if len(records) < 2:
        return
    light = tuple(replace(record, vectors=None) for record in records)
    add_run(request.run(light, job.result() if done else _last_vectors(records)), records)
    if done:
        show_umap()


def _last_vectors(records: tuple[EpochRecord, ...]) -> Floats | None:
    """Return the last recorded vectors of a run that was stopped, of the most frequent words."""
    found = [record.vectors for record in records if record.vectors is not None]
    return found[-1].astype("float32") if found else None
