"""The first look: a picture that says what the chart will say."""

from xml.etree import ElementTree

import models
from components.charts.sketch import sketch
from models.quality.sweep.plan import Plan
from models.quality.sweep.sweep_run import SweepRun

SVG = "{http://www.w3.org/2000/svg}"


def drawn(suite: str, *, per_cent: bool) -> ElementTree.Element:
    plan = Plan(
        dimensions=(5, 20, 100), suites=(suite,), methods=("pca", "random"), most_frequent=3_000
    )
    points = [p for p in SweepRun(models.load("glove-100"), plan).points() if p.level == "total"]
    picture = sketch(points, full=100, unit="a & b", per_cent=per_cent, ink="#123456")
    return ElementTree.fromstring(picture)


def test_a_line_a_method_and_the_published_value() -> None:
    svg = drawn("google-analogies", per_cent=True)
    lines = svg.findall(f"{SVG}polyline")
    assert [len(line.attrib["points"].split()) for line in lines] == [3, 3]
    assert len(svg.findall(f"{SVG}polygon")) == 2  # the 95 % intervals
    assert sum("stroke-dasharray" in line.attrib for line in svg.findall(f"{SVG}line")) == 1
    texts = [text.text for text in svg.findall(f"{SVG}text")]
    assert {"PCA", "random", "100", "a & b", "dimensions kept"} <= set(texts)


def test_higher_is_better() -> None:
    """PCA rises from few to many dimensions: upwards, which in SVG is a smaller y."""
    pca = drawn("simlex-999", per_cent=False).findall(f"{SVG}polyline")[0]
    heights = [float(place.split(",")[1]) for place in pca.attrib["points"].split()]
    assert heights == sorted(heights, reverse=True)


def test_nothing_is_a_picture_of_axes() -> None:
    picture = sketch([], full=50, unit="share", per_cent=True, ink="#000000")
    assert ElementTree.fromstring(picture).findall(f"{SVG}polyline") == []
