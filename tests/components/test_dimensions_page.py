"""The Dimensions page: its curves come from a job, and its sentence from the curves."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

import models
from components.widgets.curve import CUT, NATIVE, RAW, SIZES, curve_job, found_by, size_job

APP = Path(__file__).parents[2] / "app.py"


def open_page(**query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run().switch_page("components/pages/dimensions.py").run()


def text(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption])


def test_the_job_measures_every_size_the_published_vectors_and_the_peer() -> None:
    job = curve_job("glove-100", 10_000)
    job.result(timeout=120)
    found = found_by(job)
    sizes = {p.dimension for p in found if p.kind == CUT and p.suite == "wordsim-353"}
    assert sizes == {size for size in SIZES if size <= 100}
    assert {p.dimension for p in found if p.kind == RAW} == {100}
    native = next(p for p in found if p.kind == NATIVE and p.suite == "wordsim-353")
    peer = models.load("glove-50").select(models.load("glove-100").vocabulary.chunk(0, 10_000))
    assert native.value == models.evaluate(peer, "wordsim-353").value


def test_the_page_says_what_the_finished_curves_say() -> None:
    curve_job("glove-50", 10_000).result(timeout=120)
    app = open_page(words="10,000")
    shown = text(app)
    assert "95 % of the published score is reached by Google analogies " in shown
    app.slider[0].set_value(25).run()
    shown = text(app)
    found = re.search(r"Google analogies \*\*([\d.]+) %\*\* instead of \*\*([\d.]+) %\*\*", shown)
    assert found is not None
    space = models.load("glove-50")
    for value, made in zip(
        found.groups(), (models.reduce(space, dimension=25), space), strict=True
    ):
        score = models.evaluate(made, most_frequent=10_000)
        assert abs(100 * score.value - float(value)) < 0.051


def test_a_size_between_those_of_the_curve_is_measured_too() -> None:
    curve_job("glove-50", 10_000).result(timeout=120)
    open_page(words="10,000", d="27")
    size_job("glove-50", 10_000, 27).result(timeout=120)
    assert "At **27** of 50 dimensions: Google analogies" in text(open_page(words="10,000", d="27"))


def test_the_neighbours_at_few_dimensions_stand_beside_those_at_all() -> None:
    app = open_page(words="10,000", d="10", follow="paris")
    assert "neighbours of **paris** at 50 dimensions are still there at **10**" in text(app)
