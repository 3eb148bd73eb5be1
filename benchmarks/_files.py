"""The files that a page refers to, fetched over HTTP as a browser does: each once per visitor."""

import asyncio
import re
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

PATIENCE = 60.0  # seconds that a visitor waits for an answer
_GRACE = 1.5  # seconds that the map waits for a newer state where a file is gone (word_map.js)
_WITH_FILES = ("bidi_component", "imgs")  # the files of other elements wait for a click
_FILE = re.compile(rb"/media/[\w.-]+")
_MODULE = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+)["']""")
_PLOTLY = re.compile(rb'"plotly":\s*"([\w.]+)"')

_OPENER = build_opener(ProxyHandler({}))


class Files:
    """The files of one visitor; a file that could not be fetched is an entry in `wrong`."""

    def __init__(self, url: str, wrong: list[str]) -> None:
        self._url, self._wrong = url, wrong
        self._fetched: dict[str, asyncio.Task[None]] = {}
        self._named: dict[str, set[str]] = {}  # by the newest element of each kind

    def look(self, kind: str, element: Any, content: bytes) -> None:
        """Begin to fetch the files of an element: pictures, the data of a component, its code and,
        for the word map, plotly."""
        if kind not in _WITH_FILES:
            return
        names = [name.decode() for name in _FILE.findall(content)]
        self._named[kind] = set(names)
        for name in names:
            self._fetch(name)
        if kind == "bidi_component" and element.js_source_path:
            folder = f"/_stcore/bidi-components/{element.component_name}/"
            self._fetch(folder + element.js_source_path, follow=folder)
            for version in _PLOTLY.findall(content):
                package = element.component_name.partition(".")[0]
                path = f"/_stcore/bidi-components/{package}.plotly/plotly.min.js"
                self._fetch(f"{path}?v={version.decode()}")

    async def wait(self) -> None:
        """Wait until all files are there that the page has referred to until now."""
        while waiting := [task for task in self._fetched.values() if not task.done()]:
            await asyncio.gather(*waiting)  # one of them may import others

    def forget(self) -> None:
        """Cancel all fetches."""
        for task in self._fetched.values():
            task.cancel()

    def _is_overtaken(self, path: str) -> bool:
        """Whether a newer state of the page no longer refers to this file: the map then shows the
        newer one instead."""
        newest = set[str]().union(*self._named.values())
        return path.startswith("/media/") and path not in newest

    def _fetch(self, path: str, *, follow: str = "") -> None:
        """Fetch a file once; with `follow` also the modules of that folder that it imports."""
        if path not in self._fetched:
            self._fetched[path] = asyncio.create_task(self._fetching(path, follow))

    async def _fetching(self, path: str, follow: str) -> None:
        try:
            content = await asyncio.to_thread(_read, self._url + path, packed=not follow)
        except OSError as error:
            await asyncio.sleep(_GRACE)
            if not self._is_overtaken(path):
                self._wrong.append(f"{path}: {error}")
            return
        if follow:
            for name in _MODULE.findall(content.decode("utf-8", errors="replace")):
                self._fetch(follow + name, follow=follow)


def _read(address: str, *, packed: bool) -> bytes:
    # Compressed, as for a browser, and never unpacked: visitors share two cores with the server.
    request = Request(address, headers={"Accept-Encoding": "gzip"} if packed else {})
    with _OPENER.open(request, timeout=PATIENCE) as answer:
        return bytes(answer.read())
