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
from models.jobs.environment import PROJECT
from models.jobs.errors import OutOfMemory, PastLimit, WorkerLost
from models.jobs.executor import WorkerExecutor
from models.jobs.tasks import Task
from tests.models.conftest import GRACE
from tests.models.jobs import tasks
from tests.models.jobs.heard import Heard, until


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
    heard = Heard()
    assert executor.start(Task(tasks.count, (3,), hears=heard)).result() == 3
    assert heard.events == [
        ("began", None),
        ("found", 0),
        ("reported", (1 / 3, "step 1 of 3")),
        ("found", 1),
        ("reported", (2 / 3, "step 2 of 3")),
        ("found", 2),
        ("reported", (1.0, "step 3 of 3")),
    ]
    assert heard.size > 0


def test_thousands_of_small_results_come_whole(executor: WorkerExecutor) -> None:
    heard = Heard()
    assert executor.start(Task(tasks.count, (3_000,), hears=heard)).result() == 3_000
    assert heard.of("found") == list(range(3_000))


def test_progress_is_told_as_often_as_can_be_seen(executor: WorkerExecutor) -> None:
    heard = Heard()
    executor.start(Task(tasks.hurry, (5_000,), hears=heard)).result()
    told = heard.of("reported")
    assert len(told) < 500
    assert told[-1] == (1.0, "hurrying")


def test_a_cancel_is_heard_and_the_worker_lives_on(executor: WorkerExecutor) -> None:
    heard = Heard()
    future = executor.start(Task(tasks.wait_for, ("/nowhere",), hears=heard))
    process = heard.first()
    began = time.monotonic()
    assert future.cancel()
    with pytest.raises(CancelledError):
        future.result(timeout=5)
    assert time.monotonic() - began < GRACE  # after which its process would be ended
    assert executor.submit(tasks.process).result() == process


def test_a_cancel_that_is_not_heard_ends_the_process() -> None:
    with WorkerExecutor() as executor:
        heard = Heard()
        future = executor.start(Task(tasks.deaf, hears=heard))
        process = heard.first()
        began = time.monotonic()
        future.cancel()
        with pytest.raises(CancelledError):
            future.result(timeout=5)
        assert time.monotonic() - began < 2
        assert gone(process)
        assert executor.submit(tasks.add, 1, 2).result() == 3


def test_what_waits_is_cancelled_without_a_start(executor: WorkerExecutor, tmp_path: Path) -> None:
    go, note = tmp_path / "go", tmp_path / "note"
    first = executor.start(Task(tasks.wait_for, (str(go),), hears=Heard()))
    second = executor.start(Task(tasks.count, (1, str(note)), hears=Heard()))
    assert second.cancel()
    assert second.cancelled()
    go.touch()
    wait([first, second], timeout=5)
    assert first.result() == str(go)
    assert not note.exists()


def test_a_cancel_that_comes_late_hits_nobody_else(executor: WorkerExecutor) -> None:
    for _ in range(20):
        first = executor.start(Task(tasks.count, (2,), hears=Heard()))
        second = executor.start(Task(tasks.count, (2,), hears=Heard()))
        first.cancel()
        assert second.result(timeout=5) == 2


def test_a_killed_worker_ends_one_task_and_not_the_next(executor: WorkerExecutor) -> None:
    heard = Heard()
    future = executor.start(Task(tasks.wait_for, ("/nowhere",), hears=heard))
    process = heard.first()
    after = executor.submit(tasks.process)
    os.kill(process, signal.SIGKILL)
    with pytest.raises(WorkerLost, match="signal 9"):
        future.result(timeout=5)
    assert after.result(timeout=5) not in {process, os.getpid()}


def test_what_was_found_before_a_crash_is_there(executor: WorkerExecutor) -> None:
    heard = Heard()
    future = executor.start(Task(tasks.die, hears=heard))
    with pytest.raises(WorkerLost, match="code 3"):
        future.result(timeout=5)
    assert heard.of("found") == ["still here"]


def test_a_worker_that_died_while_idle_is_replaced(executor: WorkerExecutor) -> None:
    process = executor.submit(tasks.process).result()
    os.kill(process, signal.SIGKILL)
    until(lambda: executor.pid is None)
    assert executor.submit(tasks.process).result() != process


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")
@pytest.mark.parametrize(("task", "arguments"), [(tasks.fill, (700,)), (tasks.swell, ())])
def test_memory_is_limited(executor: WorkerExecutor, task: object, arguments: tuple[int]) -> None:
    future = executor.start(Task(task, arguments, hears=Heard()))  # type: ignore[arg-type]
    with pytest.raises(OutOfMemory, match="300 MB"):
        future.result(timeout=10)
    assert executor.submit(tasks.add, 1, 2).result() == 3


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells")
def test_a_worker_full_of_what_others_left_makes_way(executor: WorkerExecutor) -> None:
    first = executor.submit(tasks.leave_behind, 60).result()
    assert executor.submit(tasks.leave_behind, 100).result() == first
    assert executor.submit(tasks.process).result() != first  # 160 of 300 MB were taken
    assert executor.memory_in_use < 100_000_000


def test_a_task_past_its_limit_is_ended(executor: WorkerExecutor) -> None:
    hears = Task(tasks.wait_for, ("/nowhere",), hears=Heard(), limit=0.1)
    with pytest.raises(PastLimit, match=r"0\.1 seconds"):
        executor.start(hears).result(timeout=5)
    deaf = executor.start(Task(tasks.deaf, hears=Heard(), limit=0.1))
    with pytest.raises(PastLimit):
        deaf.result(timeout=5)


def test_an_idle_worker_leaves() -> None:
    with WorkerExecutor(idle=0.05) as executor:
        assert executor.pid is None
        process = executor.submit(tasks.process).result()
        until(lambda: gone(process))
        assert executor.pid is None
        assert executor.memory_in_use == 0
        assert executor.submit(tasks.process).result() != process


def test_an_error_arrives_as_it_was_raised(executor: WorkerExecutor) -> None:
    future = executor.start(Task(tasks.unknown_word, hears=Heard()))
    with pytest.raises(UnknownWord, match="Did you mean king") as caught:
        future.result()
    assert caught.value.suggestions == ("king",)
    assert "tasks.py" in caught.value.__notes__[0]


def test_a_result_that_cannot_travel_is_a_failure(executor: WorkerExecutor) -> None:
    future = executor.start(Task(tasks.untold, hears=Heard()))
    assert isinstance(future.exception(), AttributeError | TypeError | ValueError)
    assert executor.submit(tasks.add, 1, 2).result() == 3


def test_arguments_that_cannot_travel_are_a_failure(executor: WorkerExecutor) -> None:
    with pytest.raises(TypeError):
        executor.submit(tasks.nothing, threading.Lock()).result(timeout=5)
    assert executor.submit(tasks.add, 1, 2).result() == 3


@pytest.mark.parametrize("function", [lambda: 1, partial(tasks.add, 1)])
def test_what_a_process_cannot_import_is_refused(executor: WorkerExecutor, function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError, match="top of a module"):
        executor.submit(function)


def test_after_the_shutdown_nothing_is_left() -> None:
    executor = WorkerExecutor(grace=0.1)
    heard = Heard()
    running = executor.start(Task(tasks.deaf, hears=heard))
    waiting = executor.submit(tasks.add, 1, 2)
    process = heard.first()
    executor.shutdown(cancel_futures=True)
    assert gone(process)
    assert waiting.cancelled()
    assert isinstance(running.exception(), CancelledError)
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(tasks.add, 1, 2)


def test_the_worker_ends_with_the_server() -> None:
    code = (
        "from models.jobs.executor import WorkerExecutor as E; from models.jobs.tasks import Task\n"
        "from tests.models.jobs import tasks; from tests.models.jobs.heard import Heard\n"
        "e, h = E(), Heard(); e.start(Task(tasks.deaf, hears=h)); print(h.first(), flush=True)\n"
        "input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        assert not gone(worker)
        server.kill()
    until(lambda: gone(worker) or "Z" in Path(f"/proc/{worker}/stat").read_text("ascii"))
