"""The private parts of Streamlit: they are those of the version that they were tried with."""

import inspect
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import runtime
from streamlit.testing.v1 import AppTest

from components import streamlit_internals
from components.streamlit_internals import TRIED_WITH

HOW = (
    f"components/streamlit_internals.py was tried with Streamlit {TRIED_WITH}. Try each of its "
    "functions with the version that is installed, then change TRIED_WITH."
)
# Module, and what is used of it by attribute. What is imported by name fails at the import.
USED = [
    ("streamlit.runtime", "exists"),
    ("streamlit.runtime", "get_instance"),
    ("streamlit.runtime.runtime", "Runtime.is_active_session"),
    ("streamlit.runtime.runtime", "Runtime.get_app_session"),
    ("streamlit.runtime.runtime", "Runtime.media_file_mgr"),
    ("streamlit.runtime.runtime", "Runtime.stats_mgr"),
    ("streamlit.runtime.app_session", "AppSession.request_rerun"),
    ("streamlit.runtime.stats", "StatsManager.get_stats"),
    ("streamlit.runtime.media_file_manager", "MediaFileManager.add"),
    (
        "streamlit.components.v2.component_manager",
        "BidiComponentManager.get_component_asset_root",
    ),
    ("streamlit.components.v2.component_manager", "BidiComponentManager.register_from_manifest"),
]


def test_the_installed_version_is_the_one_that_they_were_tried_with() -> None:
    assert st.__version__ == TRIED_WITH, HOW


@pytest.mark.parametrize(("module", "path"), USED)
def test_a_private_name_is_there(module: str, path: str) -> None:
    found = import_module(module)
    for name in path.split("."):
        assert hasattr(found, name), f"{module} has no {path} any more. {HOW}"
        found = getattr(found, name)


def test_attributes_of_objects_are_there() -> None:
    source = inspect.getsource(import_module("streamlit.runtime.app_session").AppSession)
    assert "self._client_state = " in source, HOW
    context = import_module("streamlit.runtime.scriptrunner_utils.script_run_context")
    fields = context.ScriptRunContext.__dataclass_fields__
    assert {"session_id", "is_history_navigation"} <= set(fields), HOW


def test_outside_a_server_there_is_no_session() -> None:
    assert streamlit_internals.session_id() is None
    assert not streamlit_internals.is_history_navigation()
    assert streamlit_internals.connection_check() is None
    assert streamlit_internals.connected_pages() is None
    assert not streamlit_internals.is_server()


def _script() -> None:
    import streamlit as st

    from components import streamlit_internals as internals

    folder = internals.Path(internals.__file__).parent
    for _ in range(2):  # registered once
        internals.register_component("vectorscope.tried", folder, "widgets")
    st.markdown(f"{internals.has_runtime()}, {internals.is_server()}, {internals.session_id()}")


def test_a_page_under_test_has_a_session_and_is_no_server() -> None:
    app = AppTest.from_function(_script).run()
    assert not app.exception
    has_runtime, is_server, session = app.markdown[0].value.split(", ")
    assert (has_runtime, is_server) == ("True", "False")
    assert session != "None"


def test_another_session_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    page = SimpleNamespace(_client_state="its state", request_rerun=asked.append)
    server = SimpleNamespace(get_app_session={"open": page}.get)
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    for name in ("open", "closed"):
        streamlit_internals.rerun_session(name)
    assert asked == ["its state"]


def test_only_this_file_uses_them() -> None:
    top = Path(streamlit_internals.__file__).parent
    private = ("streamlit.runtime", "from streamlit import runtime", "_client_state", "get_bidi")
    users = {
        path.name
        for path in [top.parent / "app.py", *top.rglob("*.py")]
        if any(name in path.read_text("utf-8") for name in private)
    }
    assert users == {"streamlit_internals.py"}
