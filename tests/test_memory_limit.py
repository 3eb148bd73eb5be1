"""The whole app with 690 MB for the server's process, which is what its usual host guarantees:
every page opens, in every space, and a job that does not fit ends with a sentence."""

import asyncio
import sys
from collections.abc import Iterator

import pytest

import models
from benchmarks._server import Server, serve
from benchmarks._visitor import Visitor, visitor

LIMIT = 690_000_000
STACK = 1 << 20
# Less than a sweep needs, and more than starting the process takes.
JOB_MEMORY_MB = "150"
ENDED = b"that a job may hold"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limit is set as Linux does")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The app, refused whatever goes beyond the limit: data of its own, touched or not."""
    import resource

    monkeypatch.delenv("VECTORSCOPE_MEMORY_MB")  # which the other tests may exceed
    monkeypatch.setenv("VECTORSCOPE_JOB_MEMORY_MB", JOB_MEMORY_MB)
    # Room that is set aside and never used counts here, though it is no memory: eight megabytes of
    # stack for each of thirty threads, and a gigabyte that Arrow reserves.
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "system")
    stack = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, stack[1]))
    try:
        with serve() as server:
            _, most = resource.prlimit(server.process.pid, resource.RLIMIT_DATA)
            resource.prlimit(server.process.pid, resource.RLIMIT_DATA, (LIMIT, most))
            yield server
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, stack)


def test_every_page_opens_and_a_job_that_does_not_fit_ends_with_a_sentence(server: Server) -> None:
    ended = asyncio.run(_visit_everything(server))
    assert ended
    assert server.process.poll() is None
    assert resident(server) < LIMIT
    log = server.read_log()
    assert "Traceback" not in log, log
    assert "MemoryError" not in log, log


async def _visit_everything(server: Server) -> bool:
    """Open every page with every space, cut to fewer dimensions; return whether a job was told to
    take too much."""
    ended = asyncio.Event()

    def heard(message: bytes) -> None:
        if ENDED in message:
            ended.set()

    async with visitor(server, heard) as guest:
        for card in models.spaces():
            await guest.open(link=f"space={card.name}&d=20")
            for path in [*guest.pages]:
                await guest.go(path)
                assert guest.wrong == [], server.read_log()
                if path == "dimensions" and not ended.is_set():
                    await asyncio.wait_for(ended.wait(), 90)
        assert {"", "neighbours", "analogies", "dimensions", "server"} <= set(guest.pages)
        await _is_well(guest)
    return ended.is_set()


async def _is_well(guest: Visitor) -> None:
    """The app answers as before."""
    await guest.open("neighbours", link="q=king&d=10")
    assert guest.page == guest.pages["neighbours"]
    assert guest.wrong == []


def resident(server: Server) -> int:
    """Return all that the process has in memory, in bytes, mapped files too."""
    status = server._proc("status")
    return 1024 * int(status.split("VmRSS:")[1].split()[0])
