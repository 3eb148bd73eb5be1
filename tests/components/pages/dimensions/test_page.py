"""The Dimensions page: its figures come from jobs, and its sentences from the figures."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import models
from components.pages.dimensions import jobs
from components.pages.dimensions.answer import NEARLY, sweep_code
from components.pages.dimensions.request import SweepRequest
from components.session import InUse
from models.quality.rules import rules_of_thumb
from models.quality.suites.builtin import coverage_of, suite
from models.quality.sweep.point import NATIVE, RAW, TOTAL, points_of
from models.quality.sweep.verdict import recommended, verdicts
from models.quality.tasks import QUICK
from tests.components.apps import linked

SMALL = {"words": "10,000", "methods": "PCA"}


def open_page(**query: str) -> AppTest:
    return linked(**query).run().switch_page("components/pages/dimensions/page.py").run()


def finished(name: str = "glove-50", kept: int | None = None) -> SweepRequest:
    """Wait for the jobs behind the page opened with SMALL, and return its request."""
    space = models.load(name)
    cut = models.reduce(space, dimension=kept) if kept else space
    request = SweepRequest(InUse(space, cut), ("pca",), 10_000)
    for job in jobs.jobs_of(request):
        job.result(timeout=120)
    return request


def text(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(block.value) for block in [*app.markdown, *app.caption, *app.info])


def test_the_job_looks_quickly_then_exactly() -> None:
    request = finished("glove-100")
    [job] = jobs.jobs_of(request)
    google = [p for p in job.partial if (p.suite, p.level) == ("google-analogies", TOTAL)]
    exact = [point.exact for point in google]
    assert exact == sorted(exact)  # the sample first, then the whole
    assert {p.total for p in google if not p.exact} == {QUICK}
    best = [
        p for p in jobs.figures_so_far([job]) if (p.suite, p.level) == ("google-analogies", TOTAL)
    ]
    assert all(point.exact for point in best)
    measured = {p.dimension for p in best if p.method == "pca"}
    assert measured > set(request.sizes)  # and those between, where a suite begins to be enough
    assert {p.dimension for p in best if p.method == RAW} == {100}


def test_the_natively_trained_peer_is_measured_on_the_same_words() -> None:
    found = jobs.figures_so_far(jobs.jobs_of(finished("glove-100")))
    native = next(p for p in found if (p.method, p.suite) == (NATIVE, "wordsim-353"))
    peer = models.load("glove-50").select(models.load("glove-100").vocabulary.chunk(0, 10_000))
    assert native.value == models.evaluate(peer, "wordsim-353").value


def test_what_the_rules_of_thumb_name_is_measured() -> None:
    assert {rule.dimension for rule in rules_of_thumb(40_000)} == {600, 50, 14}
    space = models.load("glove-100")
    sizes = SweepRequest(InUse(space, space), ("pca",), 40_000).sizes
    assert {14, 50} <= set(sizes)
    assert max(sizes) == 100


def test_the_page_answers_with_a_size_and_its_reason() -> None:
    finished()
    app = open_page(**SMALL)
    assert re.search(r"\*\*\d+ of 50\*\* dimensions are enough|Keep", text(app))
    tables = [table.value for table in app.table]
    tasks = [str(task).split(" (")[0] for task in tables[0]["task"]]
    assert tasks[:3] == ["Google analogies", "WordSim-353", "SimLex-999"]
    known = coverage_of(models.load("glove-50"), suite("wordsim-353"), most_frequent=10_000)
    assert f"({known.total} of 353)" in tables[0]["task"][1]
    assert list(tables[1]["says"])[-1] == "**10**"  # the fourth root of 10,000


def test_what_is_shown_at_the_size_kept_is_what_evaluate_says() -> None:
    finished()
    app = open_page(**SMALL)
    app.slider[0].set_value(25).run()
    found = re.search(r"Google analogies \*\*([\d.]+) %\*\* instead of ([\d.]+) %", text(app))
    assert found is not None
    space = models.load("glove-50")
    for value, made in zip(
        found.groups(), (models.reduce(space, dimension=25), space), strict=True
    ):
        score = models.evaluate(made, most_frequent=10_000)
        assert abs(100 * score.value - float(value)) < 0.051


def test_a_size_between_those_of_the_curves_is_measured_too() -> None:
    finished()
    open_page(**SMALL, d="27")
    finished(kept=27)
    assert "At the **27** kept: Google analogies" in text(open_page(**SMALL, d="27"))


@pytest.mark.parametrize("task", ["Google analogies", "WordSim-353", "Neighbours kept"])
def test_every_task_has_its_curves(task: str) -> None:
    finished()
    app = open_page(**SMALL, task=task)
    shown = text(app)
    assert "As published: **" in shown


def test_every_section_can_be_shown() -> None:
    finished()
    before = open_page(**SMALL)
    after = open_page(**SMALL, sections="true")
    assert len(after.get("plotly_chart")) == len(before.get("plotly_chart")) + 1


def test_without_a_method_the_page_says_what_to_do() -> None:
    finished()
    app = open_page(**SMALL)
    app.multiselect(key="methods").set_value([]).run()
    assert "Choose at least one way to fewer dimensions" in text(app)


@pytest.mark.parametrize(
    "query",
    [
        {"task": "nonsense", "part": "%00", "precision": "float7"},
        {"removed": "9999", "seed": "-5"},
        {"words": "all the words", "scoring": "<script>"},
        {"d": "1e9", "methods": "PCA", "space": "nowhere"},
    ],
)
def test_a_hostile_link_leaves_a_page(query: dict[str, str]) -> None:
    finished()
    assert not open_page(**(SMALL | query)).exception


def test_the_code_gives_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    request = finished()
    found = jobs.figures_so_far(jobs.jobs_of(request))
    scope: dict[str, Any] = {}
    exec(compile(sweep_code(request, found), "page", "exec"), scope)  # noqa: S102  what it tells to run
    assert "Recommendation(" in capsys.readouterr().out
    shown, printed = (
        recommended(verdicts(points), NEARLY) for points in (found, points_of(scope["table"]))
    )
    assert printed.dimension == shown.dimension is not None
    values = {
        (p.suite, p.dimension): p.value for p in found if (p.method, p.level) == ("pca", TOTAL)
    }
    rows = scope["table"].query("method == 'pca'").itertuples()
    both = [(row, values[key]) for row in rows if (key := (row.suite, row.dimension)) in values]
    assert len(both) > 50
    assert all(row.value == value for row, value in both)
