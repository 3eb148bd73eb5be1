"""The look of the app: every setting is known to Streamlit, and all text can be read."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
THEME: dict[str, Any] = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text("utf-8"))[
    "theme"
]
AA = 4.5  # WCAG 2.2, success criterion 1.4.3: contrast of text
FADED = 0.6  # the opacity at which Streamlit sets captions


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def blend(colour: str, ground: str, opacity: float) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * c + (1 - opacity) * g):02x}" for c, g in pairs)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["main", "sidebar"])
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_stands_out(scheme: str, place: str, surface: str) -> None:
    theme = THEME[scheme]
    ground = (theme if place == "main" else theme["sidebar"])[surface]
    for name in ("textColor", "primaryColor", "linkColor"):
        assert contrast(theme[name], ground) >= AA, name
    assert contrast(blend(theme["textColor"], ground, FADED), ground) >= AA, "captions"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart_colours_stand_out_from_the_page(scheme: str) -> None:
    # 3 to 1 is asked of graphics (1.4.11). On white, the light half of Okabe and Ito's palette
    # cannot reach it: those colours are always doubled by a shape, a dash or a label.
    blue, *_ = THEME["chartCategoricalColors"]
    assert contrast(blue, THEME[scheme]["backgroundColor"]) >= 3


def test_streamlit_knows_every_setting() -> None:
    show = [sys.executable, "-m", "streamlit", "config", "show"]
    run = subprocess.run(show, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60)
    assert "not a valid config option" not in run.stdout + run.stderr
    assert 'primaryColor = "#0072b2"' in run.stdout


def test_a_session_waits_for_its_visitor_but_not_for_long() -> None:
    settings = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text("utf-8"))
    assert 120 <= settings["server"]["disconnectedSessionTTL"] <= 900
