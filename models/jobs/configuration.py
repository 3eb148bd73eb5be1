"""Jobs as the environment of the server wants them.

DASK_SCHEDULER_ADDRESS      compute on this cluster instead of a process of this machine, which
                            then reads and writes files alone
VECTORSCOPE_JOB_MEMORY_MB   what the process may hold (600)
VECTORSCOPE_JOB_SECONDS     how long a job may take (600)
VECTORSCOPE_IDLE_SECONDS    after how long without work the process leaves (60)

What the process keeps on disk is said in models/runtime/file_cache.py.
"""

import os
from collections.abc import Mapping

from models.errors import InvalidRequest
from models.jobs.executor import WorkerExecutor
from models.jobs.jobs import Jobs
from models.jobs.tasks import TaskExecutor
from models.runtime.cache_folder import cache_limit


def start_jobs(variables: Mapping[str, str] = os.environ) -> Jobs:
    """Return the Jobs of a server; call it once. Nothing is started before there is work.

    Raises InvalidRequest for a setting that makes no sense.
    """
    cache_limit(variables)  # said now, and not when the first job wants it
    return Jobs(_executor(variables), limit=_number(variables, "VECTORSCOPE_JOB_SECONDS", 600))


def _executor(variables: Mapping[str, str]) -> TaskExecutor:
    address = variables.get("DASK_SCHEDULER_ADDRESS", "").strip()
    if address:
        from models.jobs.cluster import ClusterExecutor
        from models.jobs.hybrid_executor import Beside

        return Beside(ClusterExecutor(address), _worker(variables))
    return _worker(variables)


def _worker(variables: Mapping[str, str]) -> WorkerExecutor:
    memory = _number(variables, "VECTORSCOPE_JOB_MEMORY_MB", 600)
    idle = _number(variables, "VECTORSCOPE_IDLE_SECONDS", 60)
    return WorkerExecutor(idle=idle, memory=int(memory * 1_000_000))


def _number(variables: Mapping[str, str], name: str, otherwise: float) -> float:
    text = variables.get(name, "")
    try:
        number = float(text or otherwise)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise InvalidRequest(f"{name} is “{text}”; it must be a number above 0.")
    return number
