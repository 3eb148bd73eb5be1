"""The page about embedding_dim in a real browser: a link, and runs that come as they are done."""

from tests.browser.conftest import Visits, said


def test_a_link_restores_the_choices(page: Visits) -> None:
    opened = page("/embedding-dim?sizes=8&sizes=256&seeds=2&measure=WordSim-353")
    said(opened, "Precomputed: these 4 runs and 2 nested ones")
    said(opened, "agreement with people (Spearman)")
    opened.get_by_text("SimLex-999", exact=True).click()
    opened.wait_for_function("location.href.includes('measure=SimLex-999')")


def test_runs_are_trained_and_drawn_as_they_come(page: Visits) -> None:
    opened = page("/embedding-dim?sizes=4&sizes=8&seeds=1&epochs=1&nested=false")
    opened.get_by_role("button", name="Train 2 runs").click()
    said(opened, "one seed alone cannot say what is chance")
    said(opened, "268 →")  # what fastai says lies beyond the axis
    opened.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 4")
