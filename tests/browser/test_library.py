"""The Library in a real browser: a file comes in, is explored, and goes out again."""

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page

import models
from tests.browser.conftest import NARROW, Visits, said, screens

WORDS = ("house", "home", "tree", "<b>x</b>", "東京")
ROWS = ((1, 0, 0), (0.9, 0.1, 0), (0, 1, 0), (1, 1, 1), (0, 0, 1))
TEXT = "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, ROWS, strict=True))


def bring(page: Page, data: bytes, name: str = "mine <b>.txt") -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=data)
    page.locator("input[type=file]").first.set_input_files(file)


def test_the_page_fits_every_screen_and_theme(page: Visits) -> None:
    opened = page("/library", width=NARROW)
    assert opened.get_by_role("heading", level=1).inner_text() == "Bring your own vectors"
    bring(opened, TEXT.encode())
    for width in screens(opened):
        said(opened, "5 words of 3 dimensions")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    page.assert_no_errors()


def test_a_file_is_explored_alone_and_goes_out_as_it_came(page: Visits, tmp_path: Path) -> None:
    mine, other = page("/library"), page("/library")
    bring(mine, TEXT.encode())
    said(mine, "5 words of 3 dimensions")
    mine.get_by_role("button", name="Use it", exact=True).first.click()
    said(mine, "All 3 dimensions: vectors as published.")
    with mine.expect_download() as download:
        mine.get_by_role("button", name="Download NumPy archive").click()
    download.value.save_as(tmp_path / "back.npz")
    back = models.read_vectors(tmp_path / "back.npz")
    assert tuple(back.words) == WORDS
    assert np.array_equal(back.vectors, np.array(ROWS, dtype=np.float32))
    mine.get_by_role("link", name="Neighbours").click()
    box = mine.get_by_role("textbox", name="Word or formula")
    box.fill("house")
    box.press("Enter")
    said(mine, "home")
    other.reload()
    said(other, "You have none yet.")
    assert other.get_by_text("mine").count() == 0
    page.assert_no_errors()


def test_a_large_file_comes_in_parts_and_never_as_a_whole(page: Visits, tmp_path: Path) -> None:
    opened, answers = page("/library"), []
    opened.on("response", lambda answer: answers.append((answer.url, answer.status)))
    opened.get_by_role("button", name="Prepare NumPy archive").click()
    save = opened.get_by_role("button", name="Save glove-50.npz")
    save.wait_for(timeout=120_000)
    with opened.expect_download(timeout=120_000) as download:
        save.click()
    download.value.save_as(tmp_path / "glove-50.npz")
    said(opened, "MB are with your browser’s downloads.")
    back, space = models.read_vectors(tmp_path / "glove-50.npz"), models.load("glove-50")
    assert np.array_equal(back.vectors, space.vectors)
    assert back.words == space.words
    urls = {url for url, status in answers if status == 206}
    assert len(urls) == 1
    assert len([url for url, status in answers if status == 206]) > 20
    with pytest.raises(HTTPError, match="416"):
        urlopen(urls.pop())
    page.assert_no_errors()


def test_what_cannot_be_read_is_a_sentence(page: Visits) -> None:
    opened = page("/library")
    bring(opened, b"\x80\x04\x95\x10cos\nsystem\n", "<b>*.npy")
    said(opened, "<b>*.npy: it is a Python pickle, which is never opened")
    bring(opened, TEXT.encode())
    said(opened, "5 words of 3 dimensions")
    page.assert_no_errors()
