"""Drive the word map in a browser test: `page` is a Playwright page that shows one map."""

from typing import Any

from playwright.sync_api import Page

MAP = ".word-map"
_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_VIEW = f"""() => {{
    const {{xaxis, yaxis, scene}} = document.querySelector('{MAP}').vectorscope.gd._fullLayout;
    return JSON.stringify(scene ? scene._scene.getCamera() : [xaxis.range, yaxis.range]);
}}"""


def wait_ready(page: Page, *, timeout: float = 60, query: str | None = None) -> None:
    """Wait until the points are drawn and labelled, and (if given) until `query` is marked."""
    wanted = f'{MAP}[data-ready="true"]'
    if query is not None:
        wanted += f'[data-query="{query}"]'
    page.wait_for_selector(wanted, timeout=1000 * timeout)


def wait_points(page: Page, count: int) -> None:
    """Wait until so many points are drawn."""
    page.wait_for_selector(f'{MAP}[data-points="{count}"]', timeout=60_000)


def at_rest(page: Page) -> None:
    """Wait until points and view have arrived where they were sent, and Plotly shows the points."""
    page.evaluate(_FRAMES)  # what was sent is on its way only with the next frame
    page.wait_for_selector(f"{MAP}:not([data-moving])", timeout=60_000)
    before, now = "", page.evaluate(_VIEW)
    while now != before:
        page.wait_for_timeout(300)
        before, now = now, page.evaluate(_VIEW)


def points(page: Page) -> int:
    """How many points are drawn."""
    return int(page.get_attribute(MAP, "data-points") or 0)


def labels(page: Page) -> list[str]:
    """The words that are written on the map, the marked ones first."""
    return list(page.evaluate(f"document.querySelector('{MAP}').vectorscope.labels()"))


def place(page: Page, word: str) -> tuple[float, float]:
    """Where `word` is in the window, in pixels; it may be outside of the part that is shown."""
    page.locator(MAP).scroll_into_view_if_needed()
    script = f"word => document.querySelector('{MAP}').vectorscope.wordAt(word)"
    found = page.evaluate(script, word)
    assert found is not None, f"{word} is not on the map"
    return found["x"], found["y"]


def click_word(page: Page, word: str) -> None:
    """Click the point of `word`. Where points crowd, another may be hit: zoom in first."""
    page.mouse.click(*place(page, word))


def zoom(page: Page, *, steps: int = 3) -> None:
    """Turn the wheel over the middle of the map: positive steps go closer."""
    page.locator(MAP).scroll_into_view_if_needed()
    box = page.locator(f"{MAP} .word-map-stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(abs(steps)):
        page.mouse.wheel(0, -120 if steps > 0 else 120)
        page.wait_for_timeout(80)
    at_rest(page)


def drag(page: Page, right: float, down: float) -> None:
    """Drag from the middle of the map: moves it in 2-D, turns it in 3-D."""
    box = page.locator(f"{MAP} .word-map-stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=6)
    page.mouse.up()
    at_rest(page)


def select_box(page: Page, *, half: float = 60) -> None:
    """Select a square round the middle of the map (2-D only), and go back to moving."""
    page.locator(f'{MAP} .modebar-btn[data-title="Box Select"]').click()
    box = page.locator(f"{MAP} .word-map-stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - half, y - half)
    page.mouse.down()
    page.mouse.move(x + half, y + half, steps=6)
    page.mouse.up()
    at_rest(page)
    page.locator(f'{MAP} .modebar-btn[data-title="Pan"]').click()


def ranges(page: Page) -> list[float]:
    """The part of the plane that is shown in 2-D: left, right, bottom, top."""
    layout = f"document.querySelector('{MAP}').vectorscope.gd._fullLayout"
    return list(page.evaluate(f"[...{layout}.xaxis.range, ...{layout}.yaxis.range].map(Number)"))


def camera(page: Page) -> dict[str, Any]:
    """Where the camera stands in 3-D: eye, center and up."""
    scene = f"document.querySelector('{MAP}').vectorscope.gd._fullLayout.scene._scene"
    found: dict[str, Any] = page.evaluate(f"{scene}.getCamera()")
    return found
