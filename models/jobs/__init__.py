"""Long work off the page: a queue that is fair, and processes of its own that compute.

Jobs (jobs.py) takes functions with a Reporter (reporter.py) as first argument and hands out a Job
(computation.py) to each who asks. It stands on an Executor: one supervised process of this machine
(executor.py, process.py, worker.py), or a Dask cluster (cluster.py). Nothing here knows embeddings.
"""
