"""Long work off the page: a fair queue, and processes that compute.

JobQueue (queue.py) takes functions whose first argument is a Reporter (reporter.py) and returns a
Job (job.py) to each visitor who submits one. It runs them on an executor (executor.py): one worker
process of this machine (worker_executor.py), or a Dask cluster (cluster.py). Nothing here knows
embeddings.
"""
