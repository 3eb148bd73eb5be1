"""Tasks of this machine beside those of a cluster: whoever reads or writes its files works here."""

from models.jobs.executor import WorkerExecutor
from models.jobs.tasks import Task, TaskExecutor, TaskFuture

MARK = "stays_here"  # of a function whose work no other machine may do


class Beside(TaskExecutor):
    """An executor `elsewhere`, and one process of this machine for functions that have the MARK.
    These count among the tasks that run at the same moment."""

    def __init__(self, elsewhere: TaskExecutor, here: WorkerExecutor) -> None:
        self.elsewhere, self.here = elsewhere, here

    @property
    def places(self) -> int:
        return self.elsewhere.places

    def start(self, task: Task) -> TaskFuture:
        """Run `task` where it belongs, when its turn comes there."""
        stays = getattr(task.function, MARK, False)
        return (self.here if stays else self.elsewhere).start(task)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, neither here nor there."""
        for executor in (self.here, self.elsewhere):
            executor.shutdown(wait, cancel_futures=cancel_futures)
