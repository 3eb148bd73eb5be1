"""A visitor without a browser: a client of Streamlit's websocket protocol, like its front end.

It holds the same state of the page: values of controls, the query string, cached messages that the
server need not send twice, fragments that run again periodically, files that a page refers to.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks._files import PATIENCE, Files
from benchmarks._server import Server

_KEPT_RUNS = 2  # runs for which a message is kept (global.maxCachedMessageAge)
_TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{id}__events"


class Visitor:
    """One open page. `heard` is called with the bytes of every message; `wrong` lists errors: those
    shown on a page, a lost connection, missing files."""

    def __init__(
        self,
        server: Server,
        socket: ClientConnection,
        heard: Callable[[bytes], None] | None = None,
    ) -> None:
        self.wrong: list[str] = []
        self.pages: dict[str, str] = {}  # url path: hash
        self.page = ""
        self._server, self._heard = server, heard or (lambda payload: None)
        self._socket = socket
        self._controls: dict[str, Any] = {}  # by label, and components by name
        self._values: dict[str, WidgetState] = {}
        self._drawn: set[str] = set()  # controls that this run has drawn
        self._everywhere: set[str] = set()  # controls of the main script, on every page
        self._link: dict[str, str] = {}
        self._kept: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0
        self._again: dict[str, asyncio.Task[None]] = {}
        self._files = Files(server.url, self.wrong)
        self._answer: asyncio.Future[None] | None = None
        self._answering = False  # whether the run that was asked for has begun
        self._now = ("", "")  # page and main script of the run at hand
        self._closing = False

    async def open(self, path: str = "", link: str = "") -> float:
        """Open a page at `path` with the query string `link`; return the seconds until it is
        there. Its files are fetched meanwhile: see files()."""
        self._link = dict(parse_qsl(link))
        return await self._run(ClientState(page_name=path.strip("/")))

    async def type(self, label: str, text: str) -> float:
        """Type into the text box called `label`."""
        return await self._set(label, string_value=text)

    async def enter(self, label: str, number: float) -> float:
        """Enter a number."""
        return await self._set(label, double_value=number)

    async def slide(self, label: str, number: float) -> float:
        """Move a slider."""
        low, high = self.limits(label)
        value = DoubleArray(data=[min(max(number, low), high)])
        return await self._set(label, double_array_value=value)

    async def trigger(self, component: str, event: str, value: str) -> float:
        """Let a component tell the `value` (JSON) of an event, once."""
        name = _TRIGGER.format(id=self._find(component).id)
        payload = f'[{{"event": "{event}", "value": {value}}}]'
        return await self._run(
            ClientState(page_script_hash=self.page),
            WidgetState(id=name, json_trigger_value=payload),
        )

    async def go(self, path: str) -> float:
        """Go to another page by its link in the sidebar."""
        self._forget_fragments(list(self._again))
        self._keep_values(self._everywhere)
        self._link = {}  # what is bound to a control of this page, or written by it
        self.page = self.pages[path]
        return await self._run(ClientState(page_script_hash=self.page))

    async def files(self) -> None:
        """Wait until all files are there that the page has named until now."""
        await self._files.wait()

    async def quiet(self, *, seconds: float = 300.0) -> None:
        """Wait until the page shows no job that runs."""
        async with asyncio.timeout(seconds):
            while self.waits:
                await asyncio.sleep(0.1)

    @property
    def waits(self) -> bool:
        """Whether a part of the page runs again by the clock, as one does that shows a job."""
        return bool(self._again)

    def limits(self, label: str) -> tuple[float, float]:
        """Return the ends of a slider."""
        control = self._find(label)
        return control.min, control.max

    async def _set(self, label: str, **value: Any) -> float:
        control = self._find(label)
        self._values[control.id] = WidgetState(id=control.id, **value)
        for kind in {"string_value", "double_value"} & value.keys():
            if control.query_param_key:
                told = value[kind]
                self._link[control.query_param_key] = f"{told:g}" if kind[0] == "d" else told
        return await self._run(ClientState(page_script_hash=self.page))

    def _find(self, label: str) -> Any:
        if label not in self._controls:
            raise LookupError(f"The page has no “{label}”; it has {sorted(self._controls)}.")
        return self._controls[label]

    async def _run(self, state: ClientState, trigger: WidgetState | None = None) -> float:
        """Have the script run; return the seconds until it has."""
        loop = asyncio.get_running_loop()
        self._answer, self._answering = loop.create_future(), False
        began = time.perf_counter()
        try:
            await self._send(state, trigger)
            await asyncio.wait_for(self._answer, PATIENCE)
        except TimeoutError:
            self.wrong.append(f"no answer within {PATIENCE:.0f} s")
        except ConnectionClosed as closed:
            self._lost(str(closed))
        return time.perf_counter() - began

    async def _send(self, state: ClientState, trigger: WidgetState | None = None) -> None:
        state.query_string = urlencode(self._link)
        state.widget_states.widgets.extend(self._values.values())
        if trigger is not None:
            state.widget_states.widgets.append(trigger)
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone, state.context_info.locale = "Europe/London", "en-GB"
        state.context_info.url = self._server.url
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def listen(self) -> None:
        """Take in what the server sends until the connection ends."""
        try:
            async for payload in self._socket:
                content = payload if isinstance(payload, bytes) else payload.encode()
                self._heard(content)
                self._take(ForwardMsg.FromString(content), content)
        except ConnectionClosed as closed:
            if not self._closing:
                self._lost(str(closed))
        else:
            if not self._closing:
                self._lost("the server said goodbye")
        finally:
            self._answered()

    async def leave(self) -> None:
        """Close the page."""
        self._closing = True
        self._forget_fragments(list(self._again))
        self._files.forget()
        await self._socket.close()

    def _lost(self, why: str) -> None:
        self.wrong.append(f"connection lost: {why}")
        self._forget_fragments(list(self._again))

    def _answered(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def _take(self, message: ForwardMsg, content: bytes) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message, content = self._kept[message.ref_hash][0], b""
            self._kept[message.hash] = (message, self._runs)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._kept[message.hash] = (message, self._runs)
        if kind == "delta":
            self._draw(message, content)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "navigation":
            self.pages = {p.url_pathname: p.page_script_hash for p in message.navigation.app_pages}
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._link = dict(parse_qsl(message.page_info_changed.query_string))
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._forget_fragments(message.stop_auto_rerun.fragment_ids)

    def _begin(self, message: ForwardMsg) -> None:
        session = message.new_session
        if message.metadata.run.fragment_ids:
            return
        self._now = session.page_script_hash, session.main_script_hash
        self._forget_fragments(list(self._again))
        self._drawn = set()
        self._answering = self._answer is not None

    def _finish(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.wrong.append("the script could not be compiled")
        elif status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            # Streamlit can lose the end of a run that a fragment's follows on its heels.
            if self._answering:
                self._answered()
            return
        elif status != ForwardMsg.FINISHED_SUCCESSFULLY:
            return  # another run follows
        self._runs += 1
        self._kept = {
            name: kept for name, kept in self._kept.items() if self._runs - kept[1] <= _KEPT_RUNS
        }
        self._keep_values(self._drawn)
        self._controls = {n: c for n, c in self._controls.items() if c.id in self._drawn}
        if self._answering:
            self._answered()

    def _keep_values(self, controls: set[str]) -> None:
        self._values = {name: v for name, v in self._values.items() if name in controls}

    def _draw(self, message: ForwardMsg, content: bytes) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return
        control = getattr(element, kind)
        if kind == "exception":
            self.wrong.append(f"{control.type}: {control.message[:200]}")
        self._files.look(kind, control, content)
        if not getattr(control, "id", ""):
            return
        self._drawn.add(control.id)
        if message.metadata.active_script_hash == self._now[1]:
            self._everywhere.add(control.id)
        name = getattr(control, "component_name", "") or getattr(control, "label", "")
        self._controls[name] = control
        if getattr(control, "set_value", False):
            self._adopt(kind, control)

    def _adopt(self, kind: str, control: Any) -> None:
        """Take the value that the script has set, as a browser does."""
        if kind in {"text_input", "text_area"}:
            self._values[control.id] = WidgetState(id=control.id, string_value=control.value)
        elif kind == "slider":
            numbers = DoubleArray(data=control.value)
            self._values[control.id] = WidgetState(id=control.id, double_array_value=numbers)

    def _repeat(self, fragment: str, every: float) -> None:
        self._forget_fragments([fragment])
        self._again[fragment] = asyncio.create_task(self._repeating(fragment, every))

    async def _repeating(self, fragment: str, every: float) -> None:
        with suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(every)
                state = ClientState(page_script_hash=self.page, fragment_id=fragment)
                state.is_auto_rerun = True
                await self._send(state)

    def _forget_fragments(self, fragments: Any) -> None:
        for fragment in fragments:
            if fragment in self._again:
                self._again.pop(fragment).cancel()


@asynccontextmanager
async def visitor(
    server: Server, heard: Callable[[bytes], None] | None = None
) -> AsyncIterator[Visitor]:
    """Give a visitor who is connected and has opened nothing yet; close the page afterwards."""
    address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        address,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=server.url,  # type: ignore[arg-type]
        max_size=None,
        proxy=None,
    ) as socket:
        guest = Visitor(server, socket, heard)
        listening = asyncio.create_task(guest.listen())
        try:
            yield guest
        finally:
            await guest.leave()
            await listening
