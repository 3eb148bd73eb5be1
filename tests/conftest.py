"""Spaces for the tests: the bundled ones, loaded once, and a tiny one whose geometry is known."""

import atexit
import os
import tempfile
from typing import Any

import numpy as np
import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

import models
from models import EmbeddingSpace, Vocabulary

# What an earlier run has left on disk must not answer for the code; its own tests turn it on.
os.environ["VECTORSCOPE_CACHE_MB"] = "0"
# Nor do the famous vectors that whoever runs the tests has fetched.
_folder = tempfile.TemporaryDirectory(prefix="vectorscope-tests-")
atexit.register(_folder.cleanup)
os.environ["VECTORSCOPE_CACHE"] = _folder.name
# One process holds what all tests ask for; its own tests say how much a server may.
os.environ["VECTORSCOPE_MEMORY_MB"] = "3000"


class _Schedule(LoadFileScheduling):
    """The tests of a file run in one process, which has their fixtures; all that need the browser
    are one file to it, as they share a server and a Chromium."""

    def _split_scope(self, nodeid: str) -> str:
        browser = "tests/browser/"
        return browser if nodeid.startswith(browser) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return _Schedule(config, log)


@pytest.fixture(scope="session")
def glove_50() -> EmbeddingSpace:
    return models.load("glove-50")


@pytest.fixture(scope="session")
def glove_100() -> EmbeddingSpace:
    return models.load("glove-100")


@pytest.fixture(scope="session")
def minilm() -> EmbeddingSpace:
    return models.load("minilm-384")


@pytest.fixture
def tiny() -> EmbeddingSpace:
    """Five words in three dimensions: being human, female, royal. king - man + woman = queen
    exactly, and apple points away from all of them."""
    vectors = {
        "man": (1, 0, 0),
        "woman": (1, 1, 0),
        "king": (1, 0, 1),
        "queen": (1, 1, 1),
        "apple": (-1, 0.2, -0.3),
    }
    rows = np.array(list(vectors.values()), dtype=np.float32)
    return EmbeddingSpace("tiny", Vocabulary(vectors), rows)
