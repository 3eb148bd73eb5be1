"""Every use of a part of Streamlit that its documentation does not name, one function each.

Another version may rename or drop any of them. They were tried with the version TRIED_WITH;
tests/components/test_streamlit_internals.py fails where another one is installed.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from streamlit import runtime
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer as ComponentRenderer  # noqa: PLC0414
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.stats import ACTIVE_SESSIONS_FAMILY
from streamlit.runtime.uploaded_file_manager import UploadedFile as UploadedFile  # noqa: PLC0414

TRIED_WITH = "1.67.0"


def session_id() -> str | None:
    """Return the server's name for the session that this script runs for; None outside one."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else None


def is_history_navigation() -> bool:
    """Whether this run follows from the browser's Back or Forward."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def connection_check() -> Callable[[], bool] | None:
    """Return a function that tells, on any thread, whether a browser is connected to this session;
    None outside a server."""
    session = session_id()
    if session is None or not runtime.exists():
        return None
    return partial(runtime.get_instance().is_active_session, session)


def rerun_session(session: str) -> None:
    """Run the script of another session again, as after a change of its source file; on any thread.
    Nothing happens where its page is closed."""
    page = runtime.get_instance().get_app_session(session)
    if page is not None:
        page.request_rerun(page._client_state)


def has_runtime() -> bool:
    """Whether this script runs in a server or an AppTest, rather than by itself."""
    return runtime.exists()


def is_server() -> bool:
    """Whether this process serves visitors; an AppTest has a stand-in for the runtime."""
    return runtime.exists() and type(runtime.get_instance()) is runtime.Runtime


def connected_pages() -> int | None:
    """Return how many pages are open in a browser; None outside a server."""
    if not runtime.exists():
        return None
    families = runtime.get_instance().stats_mgr.get_stats([ACTIVE_SESSIONS_FAMILY])
    statistics = families.get(ACTIVE_SESSIONS_FAMILY, ())
    return sum(int(getattr(statistic, "value", 0)) for statistic in statistics)


def serve_media(content: bytes, mimetype: str, place: str) -> str:
    """Serve `content` as a media file and return its URL, which holds a hash of content and type.
    A file that the next run does not serve again is dropped."""
    return runtime.get_instance().media_file_mgr.add(content, mimetype, place)


def register_component(name: str, root: Path, folder: str) -> None:
    """Serve the files in `folder` below `root` as those of the component `name`, in the form
    "package.part". Each AppTest is a server of its own: call it in every run."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is None:
        package, _, part = name.partition(".")
        config = ComponentConfig(name=part, asset_dir=folder)
        manifest = ComponentManifest(name=package, version="1", components=[config])
        manager.register_from_manifest(manifest, root)
