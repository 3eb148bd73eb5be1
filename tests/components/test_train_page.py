"""The page that trains: what it shows at once, a run from start to space, and bad input."""

import gzip
import io
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import models
from components.widgets.space_files import made
from models.sources.writing import FORMATS
from tests.components.apps import settled

PAGE = Path(__file__).parents[2] / "components" / "pages" / "train.py"
WORDS = ["king", "queen", "man", "woman", "boy", "girl", "prince", "castle", "horse", "a", "b", "c"]


def a_text(words: int = 3_000) -> str:
    random = np.random.default_rng(3)
    return "\n".join(" ".join(random.choice(WORDS, 10)) for _ in range(words // 10))


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info, *app.success]
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def page(**query: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    [button] = [button for button in app.button if button.label == label]
    assert not button.disabled, said(app)
    return button.click().run()


def can_train(app: AppTest) -> bool:
    [button] = [button for button in app.button if button.label == "Train"]
    return not button.disabled


def with_text(text: str, **numbers: int) -> AppTest:
    app = page(text="pasted text")
    app.text_area(key="train-pasted").set_value(text)
    for key, value in numbers.items():
        app.number_input(key=key).set_value(value)
    return settled(app.run())


def trained(**numbers: int) -> AppTest:
    app = with_text(a_text(), size=8, epochs=3, **numbers)
    return settled(press(app, "Train"))


def test_a_run_is_seen_at_once_and_labelled() -> None:
    app = page()
    text = said(app)
    assert "Precomputed" in text
    assert "agrees with what people say (WordSim-353) by **0.462**" in text
    assert "474,343** tokens read" in text
    table = app.dataframe[0].value
    assert list(table["epoch"]) == [*range(20, 0, -2), 1, 0]
    assert "poetry" in table["music"][0]
    assert can_train(app)


def test_the_expectation_is_measured_and_beside_the_button() -> None:
    text = said(page())
    assert "470,000 tokens usually reach WordSim-353 0.13 to 0.46" in text
    assert "don't expect queen" in text


def test_a_run_from_text_to_space() -> None:
    app = trained()
    text = said(app)
    assert "At epoch **3** of 3" in text
    assert "pasted text" in text
    assert [run.name for run in app.session_state["train-runs"]] == ["run 1"]
    assert can_train(app)  # the next one
    app = press(app, "Use this space")
    [(name, space)] = app.session_state["own-spaces"].items()
    assert name in said(app)
    assert (len(space), space.dimension) == (12, 8)
    assert "trained on pasted text" in space.provenance[0]
    assert space.history["epoch"].tolist() == [0, 1, 2, 3]


def test_the_same_settings_in_python_give_the_same_vectors() -> None:
    from components.workshop.keep import code
    from models.training.train import train

    app = trained()
    [run] = app.session_state["train-runs"]
    again = train(a_text(), "word2vec", dimension=8, epochs=3, seed=0)
    np.testing.assert_array_equal(run.vectors, again.vectors)
    assert """models.train(Path('text.txt'), "word2vec", dimension=8, epochs=3, seed=0)""" in code(
        run
    )


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_trained_can_be_taken_away_and_read_back(name: str) -> None:
    app = trained()
    [run] = app.session_state["train-runs"]
    labels = [button.label for button in app.get("download_button")]
    assert any(FORMATS[name].title in label for label in labels)
    again = models.read_vectors(io.BytesIO(made(run.space(), name)))
    np.testing.assert_array_equal(again.vectors, run.vectors)
    assert list(again.vocabulary) == list(run.vocabulary)


def test_a_run_that_is_stopped_keeps_what_it_reached() -> None:
    app = with_text(a_text(60_000), size=8, epochs=400)
    app = press(app, "Train")
    for _ in range(200):
        if re.search(r"At epoch \*\*([2-9]|\d\d+)\*\*", said(app)):
            break
        time.sleep(0.1)
        app.run()
    app = press(app, "Cancel").run()
    assert can_train(app)
    [run] = app.session_state["train-runs"]
    assert 2 <= run.reached < 400
    assert run.vectors is not None
    assert "stopped after epoch" in app.selectbox(key="run").options[-1]


def test_the_last_four_runs_are_kept() -> None:
    app = trained()
    for seed in range(1, 5):
        app.number_input(key="train-seed").set_value(seed).run()
        app = settled(press(app, "Train"))
    names = [run.name for run in app.session_state["train-runs"]]
    assert names == ["run 2", "run 3", "run 4", "run 5"]
    assert app.selectbox(key="run").value == "run 5"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste a text"),
        ("word", "one word"),
        ("word " * 500, "one word alone"),
        ("one two three four", "No word is seen at least 5 times"),
        ("\x00\x01\x02" * 500, "no text"),
        ("我们在学习词向量的含义" * 200, "without spaces"),
    ],
)
def test_a_text_that_cannot_be_learned_from_is_told(text: str, sentence: str) -> None:
    app = with_text(text)
    assert sentence in said(app)
    assert not can_train(app)
    assert "train-asked" not in app.session_state


def test_many_different_words_are_refused() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters]
    app = page(text="pasted text")
    app.number_input(key="least").set_value(1)
    app.text_area(key="train-pasted").set_value(" ".join(words[:200_000]))
    app = settled(app.run())
    assert "at most 100,000 can be trained" in said(app)
    assert not can_train(app)


@pytest.mark.parametrize(
    ("key", "value", "usual"),
    [("size", 0, 100), ("size", 5_000, 100), ("epochs", 10_000, 20), ("reach", 99, 5)],
)
def test_numbers_sent_past_the_limit_start_nothing(key: str, value: int, usual: int) -> None:
    app = page()
    app.number_input(key=key).set_value(value).run()
    assert app.number_input(key=key).value == usual
    assert "train-asked" not in app.session_state
    assert "Precomputed" in said(app)  # nothing is lost


def test_too_much_work_is_refused_beforehand() -> None:
    app = page()
    app.number_input(key="epochs").set_value(500).run()
    assert "a run may take 8 minutes" in said(app)
    assert not can_train(app)


def test_an_upload_is_read_and_a_broken_one_told() -> None:
    app = page(text="uploaded file")
    upload = app.file_uploader(key="train-upload")
    upload.set_value(("mine.txt.gz", gzip.compress(a_text().encode()), "application/gzip"))
    app = settled(app.run())
    assert "In use: mine.txt.gz" in said(app)
    assert can_train(app)
    upload = app.file_uploader(key="train-upload")
    upload.set_value(("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "text/plain"))
    app = settled(app.run())
    assert "picture (PNG)" in said(app)
    assert "In use: mine.txt.gz" in said(app)  # the text before stays


def test_a_zip_that_inflates_is_told() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a " * 30_000_000)
    app = page(text="uploaded file")
    upload = app.file_uploader(key="train-upload")
    upload.set_value(("bomb.zip", file.getvalue(), "application/zip")).run()
    assert "more than 50 MB once unpacked" in said(app)
    assert not can_train(app)


def test_another_text_of_the_same_length_is_another_run() -> None:
    app = with_text(a_text(), size=8, epochs=2)
    app = settled(press(app, "Train"))
    app.text_area(key="train-pasted").set_value(a_text().replace("king", "duke"))
    app = settled(press(settled(app.run()), "Train"))
    first, second = app.session_state["train-runs"]
    assert ("king" in first.vocabulary, "king" in second.vocabulary) == (True, False)


def test_a_word_that_is_not_shown_is_told() -> None:
    app = page()
    app.text_input(key="watched").set_value("king, zzz*b*, <b>").run()
    text = said(app)
    assert "zzz*b* and <b> are not among the 2,000 most frequent words" in text
    assert list(app.dataframe[0].value.columns) == ["epoch", "king"]


def test_text8_is_fetched_only_when_asked() -> None:
    app = page(text="text8")
    assert "fetched when you ask for it" in said(app)
    assert not can_train(app)


def test_how_little_they_change_is_tested_on_the_run() -> None:
    text = said(page())
    assert "**not at all so in this one**" in text
    assert "the median cosine of a row with its beginning is **0.102**" in text
    assert "**99.9 %** of the rows were touched" in text


def test_a_turn_changes_numbers_and_no_answer() -> None:
    app = page()
    table = app.dataframe[1].value.set_index("what")
    assert "**4 of 4** answers are the same" in said(app)
    assert table.loc["first numbers of king", "same"] == "no"
    before = table.loc["first numbers of king", "after the turn"]
    table = press(app, "Turn again").dataframe[1].value.set_index("what")
    assert str(table.loc["first numbers of king", "after the turn"]) != str(before)
    assert table.loc["nearest to king", "same"] == "yes"


def test_two_runs_side_by_side() -> None:
    app = trained()
    assert app.selectbox(key="beside").value == "nothing"
    app.number_input(key="size").set_value(4).run()
    app = settled(press(app, "Train"))
    app.selectbox(key="beside").set_value("run 1").run()
    text = said(app)
    assert "They differ in dimension 4 and 8." in text
    assert list(app.dataframe[2].value.columns) == ["figure", "run 2", "run 1"]
    app.selectbox(key="beside").set_value("precomputed").run()
    assert "More than one thing differs" in said(app)


def test_a_session_is_saved_and_restored_in_another() -> None:
    from models.training.saved import Saved, write

    app = press(trained(), "Use this space")
    [run] = app.session_state["train-runs"]
    spaces = tuple(app.session_state["own-spaces"].values())
    file = write(Saved((run,), spaces, {"trainer": "glove", "size": 12, "epochs": 99_999}))
    other = page()
    other.file_uploader(key="train-saved").set_value(("s.npz", file, "application/octet-stream"))
    other.run()
    text = said(other)
    assert "Restored: 1 run and my-word2vec-8" in text
    assert other.selectbox(key="run").value == "run 1"
    assert other.selectbox(key="trainer").value == "glove"
    assert other.number_input(key="size").value == 12
    assert other.number_input(key="epochs").value == 20  # past the limit
    [(name, space)] = other.session_state["own-spaces"].items()
    np.testing.assert_array_equal(space.vectors, run.vectors)
    assert f"It is **{name}**" not in text  # until it is used again


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04", b"\x80\x04."])
def test_what_is_no_session_is_told_and_changes_nothing(file: bytes) -> None:
    app = page()
    app.file_uploader(key="train-saved").set_value(("s.npz", file, "application/octet-stream"))
    app.run()
    assert "Nothing was changed." in said(app)
    assert "train-runs" not in app.session_state


@pytest.mark.parametrize("method", ["fasttext", "torch", "nested", "glove"])
def test_every_method_trains(method: str) -> None:
    app = with_text(a_text(), size=8, epochs=2)
    app.selectbox(key="trainer").set_value(method).run()
    app = settled(press(app, "Train"))
    assert "At epoch **2** of 2" in said(app)


def test_hierarchical_softmax_has_no_auc() -> None:
    app = with_text(a_text(), size=8, epochs=2)
    app.toggle(key="hierarchical").set_value(True).run()
    app = settled(press(app, "Train"))
    assert "There is none:" in said(app)
