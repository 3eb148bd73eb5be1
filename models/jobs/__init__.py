"""Long work off the page: a fair queue, and processes that compute.

JobQueue (queue.py) takes functions whose first argument is a Reporter (reporter.py) and returns a
Job (job.py) to each visitor who submits one. It runs them on an executor (executor.py): one worker
process of this machine (worker_executor.py), or a Dask cluster (cluster.py). Nothing here knows
embeddings.

`pebble` 5.2 (a process pool whose tasks can be cancelled) was tried in place of the worker process
and not taken. Under it app.py ran a second time in the worker, with 342 modules of Streamlit and
51 MB instead of 10; code that does not return to Python was ended 4.6 s after a cancel, not 1.3; a
first result took 0.7 s, not 0.2; the idle pool woke the server 20 times a second; a worker that was
killed while idle, or an error that cannot be unpickled, broke the pool; what a cancelled task had
started lived on. It knows neither partial results nor a memory limit: our own code would have been
about 275 lines instead of 400, with private names of pebble and of multiprocessing.
"""
