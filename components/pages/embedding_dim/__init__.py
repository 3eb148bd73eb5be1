"""Sections of the Trained sizes page: the controls, the jobs, the answer, the charts, the foot."""
