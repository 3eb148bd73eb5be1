"""JobQueue: who is served when, what is shared, and what ends with whom."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import InvalidRequest
from models.jobs import visitors
from models.jobs.errors import GaveWay, JobError, PastLimit, Refused, WorkerLost
from models.jobs.executor import Task, TaskFuture
from models.jobs.job import Job
from models.jobs.queue import JobQueue, start_jobs
from models.jobs.reporter import WAITING
from tests.models.jobs import tasks
from tests.models.jobs.fakes import ManualExecutor, wait_until

Ask = Callable[..., Job[Any]]


@pytest.fixture
def manual() -> ManualExecutor:
    return ManualExecutor()


@pytest.fixture
def jobs(manual: ManualExecutor) -> Iterator[JobQueue]:
    jobs = JobQueue(manual)
    yield jobs
    jobs.close()


@pytest.fixture
def ask(jobs: JobQueue) -> Ask:
    """Ask for a computation by name, in a test that ends them by manual."""

    def ask(visitor: str, name: str, **options: Any) -> Job[Any]:
        return jobs.submit(tasks.return_name, name, visitor=visitor, **options)

    return ask


# With a real worker.


def test_a_job_gives_its_result_and_what_it_found_on_the_way(server: JobQueue) -> None:
    job = server.submit(tasks.count, 3, visitor="a")
    assert job.result(timeout=10) == 3
    assert job.partial == [0, 1, 2]
    assert (job.fraction, job.message) == (1, "step 3 of 3")
    assert (job.error, job.position, job.seconds_left) == (None, None, None)
    assert not job.running
    assert not job.cancelled


def test_a_job_shows_its_progress_until_it_ends(server: JobQueue, tmp_path: Path) -> None:
    go = tmp_path / "go"
    job = server.submit(tasks.wait_for, str(go), visitor="a")
    wait_until(lambda: job.fraction == 0.5)
    assert job.running
    assert job.position is None
    assert job.seconds_left is not None
    go.touch()
    assert job.result(timeout=5) == str(go)


def test_a_cancelled_job_keeps_what_it_found(server: JobQueue) -> None:
    job = server.submit(tasks.wait_for, "/nowhere", visitor="a")
    wait_until(lambda: job.partial)
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(timeout=0)
    assert job.cancelled
    assert not job.running
    assert len(job.partial) == 1
    assert job.error is None
    wait_until(lambda: server.running == 0)


def test_a_lost_worker_is_reported_and_the_next_job_runs(server: JobQueue) -> None:
    job = server.submit(tasks.wait_for, "/nowhere", visitor="a", key="lost")
    wait_until(lambda: job.partial)
    os.kill(job.partial[0], signal.SIGKILL)
    assert server.submit(tasks.count, 2, visitor="b").result(timeout=5) == 2
    assert isinstance(job.error, WorkerLost)
    # What failed is not cached: whoever asks again has it computed.
    again = server.submit(tasks.count, 2, visitor="a", key="lost")
    assert again.result(timeout=5) == 2


def test_a_limit_ends_a_job(server: JobQueue) -> None:
    job = server.submit(tasks.wait_for, "/nowhere", visitor="a", limit=0.05)
    with pytest.raises(PastLimit):
        job.result(timeout=5)


def test_fifty_at_once_all_come_home(server: JobQueue, tmp_path: Path) -> None:
    note = tmp_path / "note"

    def visit(number: int) -> list[Job[int]]:
        own = server.submit(tasks.count, number, visitor=number)
        same = server.submit(
            tasks.count, 7, str(note), visitor=number, key="fifty ask for this", private=False
        )
        return [own, same]

    with ThreadPoolExecutor(50) as crowd:
        asked = list(crowd.map(visit, range(50)))
    for number, (own, same) in enumerate(asked):
        assert own.result(timeout=20) == number
        assert own.partial == list(range(number))
        assert same.result(timeout=20) == 7
    assert note.read_text("utf-8") == "x"
    assert (server.running, server.waiting) == (0, 0)


# By manual: the order of things.


def test_a_free_place_goes_to_whoever_has_waited_longest(ask: Ask, manual: ManualExecutor) -> None:
    first = ask("a", "a1")
    second, third, fourth = ask("a", "a2"), ask("b", "b1"), ask("c", "c1")
    assert [job.position for job in (first, third, fourth, second)] == [None, 1, 2, 3]
    assert (first.message, second.message) == ("starting", WAITING)
    for _ in range(4):
        manual.finish()
    assert manual.order == ["a1", "b1", "c1", "a2"]


def test_a_visitor_may_have_all_places_of_a_cluster_until_others_come() -> None:
    manual = ManualExecutor(capacity=3)
    jobs = JobQueue(manual)
    for visitor, name in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("a", "a4"), ("a", "a5")):
        jobs.submit(tasks.return_name, name, visitor=visitor)
    assert manual.order == ["a1", "a2", "a3"]
    jobs.submit(tasks.return_name, "b1", visitor="b")
    assert manual.order[3:] == []  # nothing is taken from who has it
    manual.finish()
    manual.finish()
    assert manual.order[3:] == ["b1", "a4"]
    jobs.close()


def test_visitors_who_come_together_share_a_cluster() -> None:
    manual = ManualExecutor(capacity=3)
    jobs = JobQueue(manual)
    for visitor, name in (("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3"), ("b", "b2")):
        jobs.submit(tasks.return_name, name, visitor=visitor)
    assert manual.order == ["a1", "b1", "a2"]
    manual.finish()  # a1: then both have one
    manual.finish()
    assert sorted(manual.order[3:]) == ["a3", "b2"]
    jobs.close()


def test_the_same_is_computed_once_for_all_who_ask(ask: Ask, manual: ManualExecutor) -> None:
    one = ask("a", "x", key="x", private=False)
    other = ask("b", "x", key="x", private=False)
    manual.started[0].listener.on_partial("something")  # type: ignore[union-attr]
    assert one is not other
    assert one.partial == other.partial == ["something"]
    manual.finish("done")
    late = ask("c", "x", key="x", private=False)
    assert [job.result(timeout=0) for job in (one, other, late)] == ["done"] * 3
    assert late.partial == ["something"]
    assert manual.order == ["x"]


def test_what_is_private_is_shared_with_nobody(ask: Ask, manual: ManualExecutor) -> None:
    ask("a", "x of a", key="x")
    other = ask("b", "x of b", key="x")
    manual.finish("of a")
    assert other.running
    manual.finish("of b")
    assert other.result(timeout=0) == "of b"
    assert ask("a", "again", key="x").result(timeout=0) == "of a"
    assert ask("c", "x for all", key="x", private=False).running


def test_who_cancels_what_others_want_leaves_it_to_them(ask: Ask, manual: ManualExecutor) -> None:
    one = ask("a", "x", key="x", private=False)
    other = ask("b", "x", key="x", private=False)
    one.cancel()
    assert one.cancelled
    assert other.running
    assert manual.futures[0].stopping is None
    # The place is the other's now: it is a who may run something else.
    manual.finish("done")
    assert other.result(timeout=0) == "done"
    assert not other.cancelled


def test_what_nobody_wants_any_more_is_ended(ask: Ask, manual: ManualExecutor) -> None:
    asked = [ask(visitor, "x", key="x", private=False) for visitor in "ab"]
    for job in asked:
        job.cancel()
    assert isinstance(manual.futures[0].stopping, CancelledError)
    anew = ask("c", "x anew", key="x", private=False)  # not the one that is being ended
    manual.finish()
    assert manual.order == ["x", "x anew"]
    manual.finish("anew")
    assert anew.result(timeout=0) == "anew"


def test_what_waits_and_is_not_wanted_never_runs(ask: Ask, manual: ManualExecutor) -> None:
    ask("a", "a1")
    ask("b", "b1").cancel()
    manual.finish()
    assert manual.order == ["a1"]


def test_too_many_are_refused(jobs: JobQueue, ask: Ask) -> None:
    for number in range(9):  # one runs, eight wait
        ask("a", f"a{number}")
    with pytest.raises(Refused, match="8 jobs of yours wait"):
        ask("a", "one more")
    assert ask("b", "b1").position == 1
    assert jobs.waiting == 9


def test_all_ends_with_its_visitor(jobs: JobQueue, ask: Ask, manual: ManualExecutor) -> None:
    running, waiting = ask("a", "a1"), ask("a", "a2")
    other = ask("b", "b1")
    both = ask("a", "shared", key="s", private=False)
    theirs = ask("b", "shared", key="s", private=False)
    jobs.leave("a")
    assert [job.cancelled for job in (running, waiting, both)] == [True] * 3
    assert isinstance(manual.futures[0].stopping, CancelledError)
    for _ in range(3):
        manual.finish("done")
    assert manual.order == ["a1", "b1", "shared"]
    assert (other.result(timeout=0), theirs.result(timeout=0)) == ("done", "done")


def test_what_was_a_visitors_is_dropped_when_they_leave(
    jobs: JobQueue, ask: Ask, manual: ManualExecutor
) -> None:
    ask("a", "own", key="own")
    manual.finish("mine")
    ask("a", "all", key="all", private=False)
    manual.finish("everybody's")
    jobs.leave("a")
    assert ask("b", "all", key="all", private=False).result(timeout=0) == "everybody's"
    assert ask("a", "own", key="own").running


def test_a_visitor_leaves_with_what_their_session_holds(jobs: JobQueue, ask: Ask) -> None:
    class Session:
        pass

    session = Session()
    jobs.track_visitor("a", session)
    job = ask("a", "a1")
    assert job.running
    del session
    gc.collect()
    wait_until(lambda: job.cancelled)


def test_few_results_are_cached(manual: ManualExecutor) -> None:
    jobs = JobQueue(manual, cache_entries=2, cache_bytes=1_000)

    def again(key: str, *, size: int = 10) -> bool:
        job = jobs.submit(tasks.return_name, key, visitor="a", key=key, private=False)
        if not job.running:
            return False
        manual.started[-1].listener.on_transfer(size)  # type: ignore[union-attr]
        manual.finish()
        return True

    assert [again(key) for key in "aba"] == [True, True, False]
    assert [again(key) for key in "cab"] == [True, False, True]  # b was the least recently used
    assert again("large", size=2_000)
    assert again("large", size=2_000)
    assert jobs.cached_bytes <= 1_000
    jobs.close()


def test_an_ended_job_does_not_hold_its_arguments(jobs: JobQueue, manual: ManualExecutor) -> None:
    array = np.zeros(10)
    references = len(gc.get_referrers(array))
    job = jobs.submit(tasks.return_name, array, visitor="a", key="array")
    manual.finish("done")
    manual.started.clear()
    assert job.result(timeout=0) == "done"
    assert len(gc.get_referrers(array)) == references


def test_where_no_task_can_start_every_job_fails() -> None:
    class Down(ManualExecutor):
        def start(self, task: Task) -> TaskFuture:
            raise JobError("The cluster cannot be reached.")

    jobs = JobQueue(Down())
    job = jobs.submit(tasks.return_name, "x", visitor="a")
    assert isinstance(job.error, JobError)
    assert jobs.running == 0
    jobs.close()


def test_a_bug_is_in_the_log_with_its_place(
    server: JobQueue, caplog: pytest.LogCaptureFixture
) -> None:
    job = server.submit(tasks.divide_by_zero, visitor="a")
    with pytest.raises(ZeroDivisionError):
        job.result(timeout=5)
    assert isinstance(job.error, ZeroDivisionError)
    assert "divide_by_zero failed" in caplog.text
    assert "tasks.py" in caplog.text


def test_a_closed_queue_takes_no_more_jobs(manual: ManualExecutor) -> None:
    jobs = JobQueue(manual)
    job = jobs.submit(tasks.return_name, "x", visitor="a")
    jobs.close()
    assert job.cancelled
    with pytest.raises(Refused):
        jobs.submit(tasks.return_name, "x", visitor="a")


def test_a_function_that_cannot_be_imported_elsewhere_is_refused_at_once(jobs: JobQueue) -> None:
    with pytest.raises(TypeError, match="top of a module"):
        jobs.submit(lambda reporter: reporter, visitor="a")


@pytest.mark.parametrize("name", ["JOB_MEMORY_MB", "JOB_SECONDS", "CACHE_MB"])
@pytest.mark.parametrize("text", ["much", "-1", "nan", "inf"])
def test_settings_are_checked(name: str, text: str) -> None:
    name = f"VECTORSCOPE_{name}"
    with pytest.raises(InvalidRequest, match=name):
        start_jobs({name: text})


def test_nothing_starts_before_there_is_work() -> None:
    jobs = start_jobs({"VECTORSCOPE_JOB_MEMORY_MB": "200"})
    assert jobs.executor.pid is None  # type: ignore[attr-defined]
    jobs.close()


class TimedQueue:
    """A queue whose visitors and clock the test controls."""

    def __init__(self, manual: ManualExecutor) -> None:
        self.now, self.away = 0.0, set[str]()
        self.jobs = JobQueue(manual)
        self.visitors = self.jobs._visitors
        self.visitors._clock = lambda: self.now

    def ask(self, visitor: str, name: str, **options: Any) -> Job[Any]:
        self.visitors._connected[visitor] = lambda: visitor not in self.away
        return self.jobs.submit(tasks.return_name, name, visitor=visitor, **options)

    def later(self, seconds: float) -> None:
        """Let time pass between two looks."""
        self.visitors.look()
        self.now += seconds
        self.visitors.look()


@pytest.fixture
def timed(manual: ManualExecutor) -> Iterator[TimedQueue]:
    timed = TimedQueue(manual)
    yield timed
    timed.jobs.close()


def test_who_is_away_gives_way_to_who_waits(timed: TimedQueue, manual: ManualExecutor) -> None:
    running, later, waiting = timed.ask("a", "a1"), timed.ask("a", "a2"), timed.ask("b", "b1")
    timed.away = {"a"}
    timed.later(5)
    assert running.running  # it may be a reload, or a tunnel
    timed.later(6)
    assert [isinstance(job.error, GaveWay) for job in (running, later)] == [True, True]
    assert not running.cancelled
    manual.finish()
    assert manual.order == ["a1", "b1"]
    assert waiting.running


def test_who_is_away_keeps_a_place_that_nobody_wants(timed: TimedQueue) -> None:
    job, other = timed.ask("a", "a1"), timed.ask("b", "b1")
    timed.away = {"a", "b"}  # nobody is there to wait
    timed.later(60)
    assert job.running
    timed.away = set()
    timed.later(60)
    assert job.running  # back in time
    other.cancel()
    timed.away = {"a"}
    timed.later(119)
    assert job.running


def test_what_somebody_still_looks_at_goes_on(timed: TimedQueue) -> None:
    jobs = [timed.ask(visitor, "x", key="x", private=False) for visitor in "ab"]
    timed.ask("c", "c1")
    timed.away = {"a"}
    timed.later(60)
    assert [job.running for job in jobs] == [True, True]


def test_on_a_cluster_nobody_gives_way_while_there_is_room() -> None:
    timed = TimedQueue(ManualExecutor(capacity=3))
    job = timed.ask("a", "a1")
    timed.ask("b", "b1")
    timed.ask("b", "b2")  # waits for b1, not for a place
    timed.away = {"a"}
    timed.later(60)
    assert job.running
    timed.jobs.close()


def test_who_is_away_for_long_has_left(timed: TimedQueue, manual: ManualExecutor) -> None:
    timed.ask("a", "own", key="own")
    manual.finish("mine")
    job = timed.ask("a", "a1")
    timed.away = {"a"}
    timed.later(121)
    assert job.cancelled
    manual.finish()
    assert timed.ask("a", "own", key="own").running  # what was theirs is dropped


def test_who_cannot_be_asked_for_ends_nothing(
    timed: TimedQueue, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "_EVERY", 0.02)
    job = timed.ask("a", "a1")

    class Session:
        pass

    def broken() -> bool:
        raise RuntimeError("no answer")

    session = Session()
    timed.jobs.track_visitor("b", session, broken)
    wait_until(lambda: "could not see who is there" in caplog.text)
    del session
    wait_until(lambda: "b" not in timed.visitors._connected)
    assert job.running
