"""WorkerExecutor: an Executor like any other, and what none of the others can do."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, Executor, as_completed, wait
from functools import partial
from pathlib import Path

import pytest

from models.errors import UnknownWord
from models.jobs.errors import OutOfMemory, PastLimit, WorkerLost
from models.jobs.executor import Task
from models.jobs.worker_executor import WorkerExecutor
from models.jobs.worker_process import PROJECT
from tests.models.conftest import GRACE
from tests.models.jobs import tasks
from tests.models.jobs.fakes import RecordingListener, wait_until


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def test_it_is_a_standard_executor(executor: WorkerExecutor) -> None:
    assert isinstance(executor, Executor)
    futures = [executor.submit(tasks.add, number, right=1) for number in range(5)]
    assert sorted(future.result() for future in as_completed(futures)) == [1, 2, 3, 4, 5]
    assert list(executor.map(tasks.add, range(3), range(3))) == [0, 2, 4]
    assert isinstance(executor.submit(tasks.add, 1, "a").exception(), TypeError)


def test_the_worker_knows_nothing_of_the_app() -> None:
    with WorkerExecutor() as executor:
        modules = set(executor.submit(tasks.modules).result())
    assert not {"app", "components", "plotly", "pandas", "numpy"} & modules
    assert not [name for name in modules if name.startswith("streamlit.")]
    assert "models.jobs.worker" not in modules  # it is __main__, and nothing else is


def test_streamlit_cannot_be_imported_there(executor: WorkerExecutor) -> None:
    with pytest.raises(ImportError, match="streamlit"):
        executor.submit(tasks.import_streamlit).result()


def test_reports_come_in_order(executor: WorkerExecutor) -> None:
    listener = RecordingListener()
    assert executor.start(Task(tasks.count, (3,), listener=listener)).result() == 3
    assert listener.events == [
        ("start", None),
        ("partial", 0),
        ("progress", (1 / 3, "step 1 of 3")),
        ("partial", 1),
        ("progress", (2 / 3, "step 2 of 3")),
        ("partial", 2),
        ("progress", (1.0, "step 3 of 3")),
    ]
    assert listener.size > 0


def test_thousands_of_small_results_come_whole(executor: WorkerExecutor) -> None:
    listener = RecordingListener()
    assert executor.start(Task(tasks.count, (3_000,), listener=listener)).result() == 3_000
    assert listener.of("partial") == list(range(3_000))


def test_progress_is_sent_as_often_as_can_be_seen(executor: WorkerExecutor) -> None:
    listener = RecordingListener()
    executor.start(Task(tasks.report_often, (5_000,), listener=listener)).result()
    told = listener.of("progress")
    assert len(told) < 500
    assert told[-1] == (1.0, "hurrying")


def test_a_cancelled_task_ends_at_its_next_report_and_the_worker_stays(
    executor: WorkerExecutor,
) -> None:
    listener = RecordingListener()
    future = executor.start(Task(tasks.wait_for, ("/nowhere",), listener=listener))
    process = listener.first()
    began = time.monotonic()
    assert future.cancel()
    with pytest.raises(CancelledError):
        future.result(timeout=5)
    assert time.monotonic() - began < GRACE  # after which its process would be ended
    assert executor.submit(tasks.pid).result() == process


def test_a_cancel_that_is_ignored_ends_the_process() -> None:
    with WorkerExecutor() as executor:
        listener = RecordingListener()
        future = executor.start(Task(tasks.never_report, listener=listener))
        process = listener.first()
        began = time.monotonic()
        future.cancel()
        with pytest.raises(CancelledError):
            future.result(timeout=5)
        assert time.monotonic() - began < 2
        assert gone(process)
        assert executor.submit(tasks.add, 1, 2).result() == 3


def test_what_waits_is_cancelled_without_a_start(executor: WorkerExecutor, tmp_path: Path) -> None:
    go, note = tmp_path / "go", tmp_path / "note"
    first = executor.start(Task(tasks.wait_for, (str(go),), listener=RecordingListener()))
    second = executor.start(Task(tasks.count, (1, str(note)), listener=RecordingListener()))
    assert second.cancel()
    assert second.cancelled()
    go.touch()
    wait([first, second], timeout=5)
    assert first.result() == str(go)
    assert not note.exists()


def test_a_late_cancel_does_not_affect_the_next_task(executor: WorkerExecutor) -> None:
    for _ in range(20):
        first = executor.start(Task(tasks.count, (2,), listener=RecordingListener()))
        second = executor.start(Task(tasks.count, (2,), listener=RecordingListener()))
        first.cancel()
        assert second.result(timeout=5) == 2


def test_a_killed_worker_ends_one_task_and_not_the_next(executor: WorkerExecutor) -> None:
    listener = RecordingListener()
    future = executor.start(Task(tasks.wait_for, ("/nowhere",), listener=listener))
    process = listener.first()
    after = executor.submit(tasks.pid)
    os.kill(process, signal.SIGKILL)
    with pytest.raises(WorkerLost, match="signal 9"):
        future.result(timeout=5)
    assert after.result(timeout=5) not in {process, os.getpid()}


def test_partial_results_from_before_a_crash_are_there(executor: WorkerExecutor) -> None:
    listener = RecordingListener()
    future = executor.start(Task(tasks.die, listener=listener))
    with pytest.raises(WorkerLost, match="code 3"):
        future.result(timeout=5)
    assert listener.of("partial") == ["still here"]


def test_a_worker_that_died_while_idle_is_replaced(executor: WorkerExecutor) -> None:
    process = executor.submit(tasks.pid).result()
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: executor.pid is None)
    assert executor.submit(tasks.pid).result() != process


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
@pytest.mark.parametrize(("task", "arguments"), [(tasks.allocate, (700,)), (tasks.grow, ())])
def test_memory_is_limited(executor: WorkerExecutor, task: object, arguments: tuple[int]) -> None:
    future = executor.start(Task(task, arguments, listener=RecordingListener()))  # type: ignore[arg-type]
    with pytest.raises(OutOfMemory, match="300 MB"):
        future.result(timeout=10)
    assert executor.submit(tasks.add, 1, 2).result() == 3


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells")
def test_a_worker_that_holds_half_the_memory_after_a_task_is_replaced(
    executor: WorkerExecutor,
) -> None:
    first = executor.submit(tasks.leave_behind, 60).result()
    assert executor.submit(tasks.leave_behind, 100).result() == first
    assert executor.submit(tasks.pid).result() != first  # 160 of 300 MB were taken
    assert executor.memory_in_use < 100_000_000


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells")
def test_a_worker_does_not_hold_the_arguments_of_an_ended_task(executor: WorkerExecutor) -> None:
    executor.submit(tasks.length, b"").result()
    before = executor.memory_in_use
    assert executor.submit(tasks.length, b"x" * 50_000_000).result() == 50_000_000
    wait_until(lambda: executor.memory_in_use < before + 10_000_000, seconds=5)


def test_a_task_past_its_limit_is_ended(executor: WorkerExecutor) -> None:
    listening = Task(tasks.wait_for, ("/nowhere",), listener=RecordingListener(), limit=0.1)
    with pytest.raises(PastLimit, match=r"0\.1 seconds"):
        executor.start(listening).result(timeout=5)
    silent = executor.start(Task(tasks.never_report, listener=RecordingListener(), limit=0.1))
    with pytest.raises(PastLimit):
        silent.result(timeout=5)


def test_an_idle_worker_leaves() -> None:
    with WorkerExecutor(idle=0.05) as executor:
        assert executor.pid is None
        process = executor.submit(tasks.pid).result()
        wait_until(lambda: gone(process))
        assert executor.pid is None
        assert executor.memory_in_use == 0
        assert executor.submit(tasks.pid).result() != process


def test_an_error_arrives_as_it_was_raised(executor: WorkerExecutor) -> None:
    future = executor.start(Task(tasks.unknown_word, listener=RecordingListener()))
    with pytest.raises(UnknownWord, match="Did you mean king") as caught:
        future.result()
    assert caught.value.suggestions == ("king",)
    assert "tasks.py" in caught.value.__notes__[0]


def test_a_result_that_cannot_be_pickled_is_a_failure(executor: WorkerExecutor) -> None:
    future = executor.start(Task(tasks.unpicklable, listener=RecordingListener()))
    assert isinstance(future.exception(), AttributeError | TypeError | ValueError)
    assert executor.submit(tasks.add, 1, 2).result() == 3


def test_arguments_that_cannot_be_pickled_are_a_failure(executor: WorkerExecutor) -> None:
    with pytest.raises(TypeError):
        executor.submit(tasks.return_name, threading.Lock()).result(timeout=5)
    assert executor.submit(tasks.add, 1, 2).result() == 3


@pytest.mark.parametrize("function", [lambda: 1, partial(tasks.add, 1)])
def test_what_a_process_cannot_import_is_refused(executor: WorkerExecutor, function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError, match="top of a module"):
        executor.submit(function)


def test_after_the_shutdown_nothing_is_left() -> None:
    executor = WorkerExecutor(grace=0.1)
    listener = RecordingListener()
    running = executor.start(Task(tasks.never_report, listener=listener))
    waiting = executor.submit(tasks.add, 1, 2)
    process = listener.first()
    executor.shutdown(cancel_futures=True)
    assert gone(process)
    assert waiting.cancelled()
    assert isinstance(running.exception(), CancelledError)
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(tasks.add, 1, 2)


def test_the_worker_ends_with_the_server() -> None:
    code = (
        "from models.jobs.executor import Task\n"
        "from models.jobs.worker_executor import WorkerExecutor\n"
        "from tests.models.jobs import tasks\n"
        "from tests.models.jobs.fakes import RecordingListener\n"
        "executor, listener = WorkerExecutor(), RecordingListener()\n"
        "executor.start(Task(tasks.never_report, listener=listener))\n"
        "print(listener.first(), flush=True)\n"
        "input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        assert not gone(worker)
        server.kill()
    wait_until(lambda: gone(worker) or "Z" in Path(f"/proc/{worker}/stat").read_text("ascii"))
