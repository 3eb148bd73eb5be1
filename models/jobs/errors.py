"""What can end a job early, apart from what its own function raises.

EmbeddingError
└── JobError
    ├── WorkerLost    its process ended under it: a crash, a kill, the machine out of memory
    ├── OutOfMemory   it wanted more memory than a job may have
    ├── PastLimit     it took longer than it may
    ├── GaveWay       its visitor was away while somebody else waited
    └── Refused       it was not taken: too many of the same visitor wait already
"""

from models.errors import EmbeddingError


class JobError(EmbeddingError):
    """The base of what ends a job, or keeps it from starting, by no fault of its function."""


class WorkerLost(JobError):
    """The process that computed has ended by itself."""


class OutOfMemory(JobError):
    """The computation wanted more memory than it may have."""


class PastLimit(JobError):
    """The computation took longer than it may."""


class GaveWay(JobError):
    """The visitor was away, and another one wanted the place."""


class Refused(JobError):
    """The job was not taken."""
