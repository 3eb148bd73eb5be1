"""A page for test_closed_tab.py: every visitor has a job of their own, which never ends by itself.

What happens is noted in the file that the environment names, one line a visitor.
"""

import os
from pathlib import Path

import streamlit as st

from components.widgets.jobs import job_card, job_for, queue
from tests.faults.logged_task import wait_and_log

queue()._away, queue()._lost = 1.0, float(os.environ["LOST"])
name = st.query_params["name"]
job = job_for("waiting", f"of {name}", wait_and_log, name, os.environ["NOTES"], private=True)
job_card(job, key="card", again=lambda: None)
with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as notes:
    notes.write(f"{name} sees {job.error or 'nothing amiss'}\n")
