"""About this server: it tells how it is doing, and nothing that is anybody's own."""

import ast
import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import models
from components.pages.server import health
from components.pages.server.health import KINDS, PRIVATE, SETTINGS, held_table
from components.space_expiry import keep_hours
from models import EmbeddingSpace, Vocabulary
from models.runtime.budget import Holding, budget
from models.runtime.memory import Limits
from models.sources.limits import Limits as Uploads
from tests.components.apps import PROJECT, linked

QUESTION = "How is this server doing?"
Open = Callable[[], AppTest]


@pytest.fixture
def open_page() -> Open:
    def open_it() -> AppTest:
        return linked().run().switch_page("components/pages/server/page.py").run()

    return open_it


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The front door sets the limits of this process: here to what a server may hold."""
    monkeypatch.delenv("VECTORSCOPE_MEMORY_MB")  # which the other tests may exceed
    limits = budget().limits
    yield
    budget().limit(limits)


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.error]
    tables = [frame.value.to_csv() for frame in app.dataframe]
    return "\n".join([*(str(block.value) for block in blocks), *tables])


def test_it_tells_what_is_held_and_served(open_page: Open) -> None:
    app = open_page()
    text = said(app)
    assert QUESTION in text
    assert "of its own memory" in text
    assert "glove-50,words and vectors" in text
    assert {metric.label for metric in app.metric} >= {"Running for", "Jobs waiting", "Cores"}
    assert "streamlit,1.67" in text
    assert "VECTORSCOPE_MEMORY_MB,450 MB,default" in text


def test_pause_stops_the_figures_and_keeps_the_page(open_page: Open) -> None:
    app = open_page()
    app.toggle(key="server-paused").set_value(True).run()
    assert QUESTION in said(app)
    app.toggle(key="server-paused").set_value(False).run()
    assert QUESTION in said(app)


def test_the_front_door_keeps_the_server_within_what_the_environment_allows(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VECTORSCOPE_MEMORY_MB", "600")
    text = said(open_page())
    assert budget().limits == Limits(220_000_000, 420_000_000)
    assert "VECTORSCOPE_MEMORY_MB,600 MB,the environment" in text


@pytest.mark.parametrize("text", ["lots", "-1", "nan", "10", "<b>"])
def test_a_budget_that_is_nonsense_is_said_at_the_front_door(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VECTORSCOPE_MEMORY_MB", text)
    app = open_page()
    assert not app.exception
    assert "This server is not set up right" in app.error[0].value
    assert "at least 300" in app.error[0].value


def test_values_from_the_environment_are_told_in_our_own_words() -> None:
    variables = {
        "VECTORSCOPE_JOB_SECONDS": "90",
        "VECTORSCOPE_JOB_MEMORY_MB": "/root/secret",
        "VECTORSCOPE_CACHE": "/srv/hidden/folder",
        "DASK_SCHEDULER_ADDRESS": "tls://user:password@10.0.0.7:8786",
    }
    table = health.limits(variables)
    told = dict(zip(table["variable"], table["value"], strict=True))
    assert told["VECTORSCOPE_JOB_SECONDS"] == "90 s"
    assert told["VECTORSCOPE_JOB_MEMORY_MB"] == "not a number"
    assert told["VECTORSCOPE_CACHE"] == told["DASK_SCHEDULER_ADDRESS"] == "set"
    assert not [secret for secret in variables.values() if "/" in secret and secret in str(table)]
    assert health.job_memory(variables) == 0
    assert health.job_memory({}) == 600e6


def test_the_page_the_chapter_and_the_code_know_the_same_settings() -> None:
    chapter = (PROJECT / "docs" / "deployment.md").read_text("utf-8").partition("## Settings")[2]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", chapter, re.MULTILINE)
    told = [
        (name, f"{usual:,}" if isinstance(usual, int) else usual) for name, *_, usual in SETTINGS
    ]
    assert rows == told
    code = [path for part in ("models", "components") for path in (PROJECT / part).rglob("*.py")]
    known = re.compile(r'"((?:VECTORSCOPE|DASK)_[A-Z_]+)"')
    read = {name for path in code for name in known.findall(path.read_text("utf-8"))}
    assert read == {name for name, *_ in SETTINGS}


def test_what_holds_without_a_setting_is_what_the_page_says() -> None:
    usual = {name: otherwise for name, *_, otherwise in SETTINGS}
    uploads = Uploads.for_uploads({})
    assert usual["VECTORSCOPE_UPLOAD_MB"] == uploads.bytes / 1e6
    assert usual["VECTORSCOPE_UPLOAD_WORDS"] == uploads.rows
    assert usual["VECTORSCOPE_UPLOAD_DIMENSIONS"] == uploads.dimensions
    assert uploads.inflated == 5 * uploads.bytes
    assert usual["VECTORSCOPE_KEEP_HOURS"] == keep_hours({})
    table = health.limits({"VECTORSCOPE_KEEP_HOURS": "3", "VECTORSCOPE_CATALOGUE_URL": "https://a"})
    told = dict(zip(table["variable"], table["value"], strict=True))
    assert told["VECTORSCOPE_KEEP_HOURS"] == "3 h"
    assert told["VECTORSCOPE_UPLOAD_WORDS"] == "500,000 words"
    assert told["VECTORSCOPE_CATALOGUE_URL"] == "set"


def test_what_a_visitor_brought_is_in_the_sum_alone(open_page: Open) -> None:
    words = [f"secret{row}" for row in range(3_000)]
    theirs = EmbeddingSpace("diary.txt", Vocabulary(words), np.ones((3_000, 40), dtype=np.float32))
    models.neighbours(models.reduce(theirs, dimension=4), "secret7")
    text = said(open_page())
    assert "secret" not in text
    assert "diary" not in text
    assert PRIVATE in text
    last = held_table(budget().holdings()).iloc[-1]
    assert last["space"] == PRIVATE
    assert last["own bytes"] > theirs.vectors.nbytes


def test_kinds_that_are_not_known_are_not_named() -> None:
    holdings = [
        Holding("glove-50", "words of somebody", 1, 10, 0, 2.4),
        Holding("glove-50", "pca", 1, 20, 30, 1.0),
        Holding(None, None, 2, 5, 0, None),
    ]
    table = held_table(holdings)
    assert list(table["what"]) == ["principal components", "other results", ""]
    assert list(table["space"]) == ["glove-50", "glove-50", PRIVATE]
    assert table["own bytes"].sum() == 35


def test_every_kind_of_thing_that_is_kept_has_a_name() -> None:
    paths = [path for part in ("models", "components") for path in (PROJECT / part).rglob("*.py")]
    trees = [ast.parse(path.read_text("utf-8")) for path in paths]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in calls if ast.unparse(call.func).endswith(".remember")]
    keys = [call.args[0] for call in made if ast.unparse(call.func) != "session.remember"]
    firsts = [key.elts[0] if isinstance(key, ast.Tuple) else key for key in keys]
    kinds = {ast.literal_eval(first) for first in firsts}
    assert {"pca", "norms"} <= kinds
    assert kinds - set(KINDS) == set(), "say in health.py what these are called"


def test_the_exports_hold_the_same_figures(open_page: Open) -> None:
    from components.pages.server import page

    found = json.loads(page._json())
    assert {"memory", "held", "limits", "versions", "pages open"} <= set(found)
    assert {row["variable"] for row in found["limits"]} >= {"VECTORSCOPE_MEMORY_MB"}
    assert found["memory"][0]["bytes"] > 10_000_000
