"""The run in training: its request, its job, and its way into the list of the visitor's runs."""

from dataclasses import dataclass, replace

from components import session
from components.pages.train.run_map import LAYOUT, RESULT
from components.widgets.jobs import forget_job, job_for
from components.widgets.text_source import Source
from components.widgets.training_runs import add_run, next_name
from models.errors import EmbeddingError
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
        """The text and the settings: equal runs have equal keys."""
        return f"train {self.source.key} {self.settings!r}"

    def run(self, records: tuple[EpochRecord, ...], vectors: Floats | None = None) -> Run:
        """Return the run with these records of its epochs."""
        corpus = (self.outline.facts, self.outline.vocabulary, self.outline.counts)
        return Run(self.name, self.settings, *corpus, records, vectors)

    def job(self) -> Job[Floats]:
        """Return the job that trains it, submitted at the first call."""
        source = self.source
        arguments = (source.text, source.tokens, self.settings)
        return job_for(_PLACE, self.key, watch_text, *arguments, private=source.private)


def start(source: Source, outline: CorpusOutline, settings: Settings) -> None:
    """Request a run, and end the one before: the callback of the button."""
    under_way = requested()
    if under_way is not None:
        job = under_way.job()
        job.cancel()
        _finish(under_way, job)
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


def add_ended_run() -> None:
    """Add the run that was started to the visitor's runs, if it has ended."""
    request = requested()
    if request is None:
        return
    try:
        job = request.job()
    except EmbeddingError as error:  # the queue takes no more
        session.put(_REQUEST, None)
        session.put(_FAILED, error)
        return
    if not job.running:
        _finish(request, job)


def _finish(request: TrainingRequest, job: Job[Floats]) -> None:
    """Add the run of a job that has ended, with the epochs that it has reached."""
    session.put(_REQUEST, None)
    session.put(_FAILED, job.error)
    records: tuple[EpochRecord, ...] = tuple(job.partial)
    if len(records) < 2:
        return
    vectors: Floats | None = None
    if job.done:
        vectors = job.result()
        session.put(LAYOUT, RESULT)
    elif recorded := [record.vectors for record in records if record.vectors is not None]:
        vectors = recorded[-1].astype("float32")  # of the most frequent words alone
    light = tuple(replace(record, vectors=None) for record in records)
    add_run(request.run(light, vectors), records)
