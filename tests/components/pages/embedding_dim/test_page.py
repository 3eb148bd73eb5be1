"""The page about embedding_dim: what it shows at once, what is trained live, and bad input."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.pages.embedding_dim.answer import headline, reason
from components.pages.embedding_dim.foot import code
from components.pages.embedding_dim.jobs import SizeRequest, precomputed_results
from components.pages.embedding_dim.size_curves import three_ways
from components.widgets.text_source import Source
from models.quality.size_answer import verdicts
from models.training.precomputed import SIZES, load_default, load_default_sweep
from models.training.run import SuiteScore
from models.training.settings import Settings
from models.training.size_sweep import TRAINED, SizeRun
from models.training.texts import Text
from models.training.tokens import Tokens
from tests.components.apps import linked, page_file, settled

PAGE = page_file("embedding_dim")
WORDS = [
    "king",
    "queen",
    "man",
    "woman",
    "boy",
    "girl",
    "prince",
    "castle",
    "horse",
    "river",
    "boat",
    "water",
    "fish",
    "bread",
    "milk",
]
WORDS += ["stone", "tower", "sword", "crown", "field"]


def a_text(words: int = 4_000) -> str:
    random = np.random.default_rng(3)
    return "\n".join(" ".join(random.choice(WORDS, 10)) for _ in range(words // 10))


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info]
    tables = [str(cell) for table in app.table for cell in table.value.to_numpy().ravel()]
    return "\n".join([*(str(block.value) for block in blocks), *tables]).replace("\\", "")


def page(**query: str) -> AppTest:
    return linked(PAGE, **query).run()


def with_text(text: str) -> AppTest:
    app = page(text="pasted text")
    app.text_area(key="train-pasted").set_value(text).run()
    return settled(app)


def press(app: AppTest, label: str) -> AppTest:
    [button] = [button for button in app.button if button.label == label]
    return button.click().run()


def asked(**changed: object) -> SizeRequest:
    source = Source("wikipedia", Tokens())
    values: dict[str, object] = {
        "source": source,
        "outline": load_default().outline,
        "settings": Settings(),
        "sizes": SIZES,
        "seeds": 3,
        "nested": True,
    }
    return SizeRequest(**{**values, **changed})  # type: ignore[arg-type]


def test_the_answer_is_there_at_once_and_labelled_precomputed() -> None:
    text = said(page())
    assert "How large should embedding_dim be?" in text
    assert "Precomputed: these 18 runs and 3 nested ones" in text
    assert "nothing that counts is surely gained beyond **32** dimensions" in text
    assert "within three seeds" in text
    assert "Fewer are surely worse by WordSim-353." in text
    assert "Three seeds cannot tell whether more would help by WordSim-353" in text
    assert "239 of 353 questions" in text
    assert "**268**" in text  # fastai, for 9,370 words
    assert "PIP loss of this text" in text


@pytest.mark.parametrize(
    "title", ["WordSim-353", "SimLex-999", "Google analogies", "Held-out loss"]
)
def test_every_measure_can_be_drawn(title: str) -> None:
    app = page(measure=title)
    assert "nothing to show yet" not in said(app)
    assert len(app.get("plotly_chart")) == 4


def test_fewer_sizes_and_seeds_are_precomputed_too() -> None:
    app = page(sizes="8,256", seeds="2")
    app.multiselect(key="sizes").set_value([8, 256]).run()
    text = said(app)
    assert "Precomputed: these 4 runs and 2 nested ones" in text


def test_what_departs_has_its_time_beside_the_button_and_a_way_back() -> None:
    app = page()
    app.multiselect(key="sizes").set_value([8, 300]).run()
    text = said(app)
    assert "Train 9 runs" in [button.label for button in app.button]
    assert "of one core of an ordinary machine, in 6 jobs" in text
    assert "Not precomputed: a size." in text
    assert "Precomputed: these 18 runs" in said(press(app, "Show the precomputed sweep instead"))


def test_one_size_is_none() -> None:
    app = page()
    app.multiselect(key="sizes").set_value([8]).run()
    assert "Choose at least two sizes" in said(app)


@pytest.mark.parametrize(
    "query",
    [
        {"sizes": "0"},
        {"sizes": "99999999"},
        {"sizes": "-8,nan,<b>"},
        {"seeds": "1000000"},
        {"seeds": "-1"},
        {"seeds": "x"},
        {"epochs": "10000"},
        {"negatives": "0"},
        {"reach": "9e9"},
        {"trained-by": "nested"},
        {"measure": "<script>"},
        {"text": "nowhere"},
        {"architecture": "x" * 5_000},
    ],
)
def test_an_absurd_link_opens_the_page(query: dict[str, str]) -> None:
    assert "How large should embedding_dim be?" in said(page(**query))


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("epochs", 10_000, "Epochs: a whole number from 1 to 100, not 10,000."),
        ("reach", 0, "Window: a whole number from 1 to 20, not 0."),
        ("negatives", 99, "Negatives: a whole number from 1 to 30, not 99."),
        ("seeds", 0, "Seeds: a whole number from 1 to 3, not 0."),
        ("least", 20_000, "Minimum count: a whole number from 1 to 10,000, not 20,000."),
    ],
)
@pytest.mark.parametrize("by_link", [False, True])
def test_numbers_past_the_limit_are_told_and_start_nothing(
    key: str, value: int, sentence: str, by_link: bool
) -> None:
    app = page(**({key: str(value)} if by_link else {}))
    if not by_link:
        app.number_input(key=key).set_value(value).run()
    assert said(app).count(sentence) == 1
    assert app.number_input(key=key).value == value
    assert not any(button.label.startswith("Train") for button in app.button)
    assert "sizes-started" not in app.session_state
    app = press(app, "Show the precomputed sweep instead")
    assert "Precomputed: these 18 runs" in said(app)


def test_a_sweep_that_takes_too_long_is_refused_before_it_starts() -> None:
    app = page()
    app.number_input(key="epochs").set_value(100).run()
    text = said(app)
    assert "The runs of one seed would take about" in text
    assert not any(button.label.startswith("Train") for button in app.button)


def test_a_text_of_ones_own_is_trained_and_what_it_cannot_tell_is_told() -> None:
    app = with_text(a_text(20_000))
    app.multiselect(key="sizes").set_value([2, 4, 8]).run()
    app.number_input(key="epochs").set_value(2)
    app.number_input(key="seeds").set_value(2).run()
    app = settled(press(app, "Train 8 runs"))
    text = said(app)
    assert "Precomputed" not in text
    assert "These runs cannot tell: by held-out contexts (AUC)" in text  # its words are random
    assert "questions can be asked" in text or "questions has all its words" in text
    assert "seeds 0 and 1" in text
    assert len(app.get("plotly_chart")) == 4


def test_runs_can_be_stopped_and_started_again() -> None:
    app = page()
    app.multiselect(key="sizes").set_value([200, 300]).run()
    app.number_input(key="seeds").set_value(1).run()
    app = press(app, "Train 3 runs")
    assert "one job more waits" in said(app)
    app = settled(press(app, "Cancel all"))
    text = said(app)
    assert "Stopped." in text
    assert "The first figures come with the smallest size." in text
    assert [button.label for button in app.button].count("Start again") == 2


def test_a_text_too_short_to_hold_anything_out_is_told() -> None:
    app = with_text(a_text(1_000))
    app.multiselect(key="sizes").set_value([2, 4]).run()
    app.number_input(key="epochs").set_value(1)
    app.toggle(key="nested").set_value(False)
    app.number_input(key="seeds").set_value(1).run()
    text = said(settled(press(app, "Train 2 runs")))
    assert "nothing could be held out of so short a text" in text


def test_what_is_shipped_is_only_what_was_asked() -> None:
    assert precomputed_results(asked()) is not None
    assert precomputed_results(asked(settings=Settings(epochs=19))) is None
    assert precomputed_results(asked(sizes=(8, 100))) is None
    assert precomputed_results(asked(sizes=(8, 16))) is None  # a nested run of 16 is another
    assert precomputed_results(asked(source=Source("wikipedia", Tokens(lower=False)))) is None
    assert precomputed_results(asked(source=Source(Text("mine", "a b"), Tokens()))) is None
    few = precomputed_results(asked(sizes=(8, 16), nested=False, seeds=1))
    assert few is not None
    assert {(run.kind, run.seed) for run in few.runs} == {(TRAINED, 0)}


def test_glove_is_not_compared_by_the_loss_of_a_skip_gram() -> None:
    found = precomputed_results(asked())
    assert found is not None
    glove = asked(settings=Settings("glove"))
    assert "nested" in three_ways(asked(), found, "loss")
    assert "nested" not in three_ways(glove, found, "loss")
    assert "nested" in three_ways(glove, found, "auc")


def test_one_seed_is_said_to_be_luck() -> None:
    runs = [run for run in load_default_sweep().runs if run.seed == 0]
    assert "one seed alone cannot say what is chance" in headline(verdicts(runs), runs)


def test_seeds_that_cannot_tell_rule_nothing_out() -> None:
    luck = {(8, 0): 0.700, (8, 1): 0.690, (16, 0): 0.692, (16, 1): 0.702}
    runs = [SizeRun(TRAINED, d, s, 1.0, auc, 1.0, 9) for (d, s), auc in luck.items()]
    text = headline(verdicts(runs), runs)
    assert text.startswith(
        "These seeds rule nothing out: on this text nothing that counts is surely"
    )
    assert "Two seeds cannot tell whether more would help by held-out contexts (AUC)" in text
    assert "took no longer to train" in text


def test_a_curve_that_still_rises_says_who_asks_for_more() -> None:
    runs = [
        SizeRun(TRAINED, d, s, 1.0, auc + s / 50, 1.0 * d, 9)
        for d, auc in ((8, 0.6), (16, 0.7), (32, 0.8))
        for s in range(3)
    ]
    text = headline(verdicts(runs), runs)
    assert "more is better up to **32** dimensions, the most that were tried" in text
    assert "**0.820** (three seeds)" in text


def test_a_suite_without_words_says_why() -> None:
    scores = (SuiteScore("simlex-999", 0.2, 0.0, 0.4, 7, 999),)
    runs = [SizeRun(TRAINED, d, s, 1.0, 0.7, 1.0, 9, scores) for d in (8, 16) for s in range(3)]
    [found] = [one for one in verdicts(runs) if one.measure == "simlex-999"]
    assert reason(found) == "only 7 of 999 questions can be asked"


def test_the_script_of_the_page_gives_a_row_of_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One size and epoch of it, as all would take minutes."""
    few = asked(settings=Settings(epochs=1), sizes=(8,), seeds=1)
    exec(code(few), {})  # noqa: S102  # the script is ours
    dimension, seed, auc, *_ = capsys.readouterr().out.split()
    assert (dimension, seed) == ("8", "0")
    assert 0.5 < float(auc) < 0.7
