"""The page that trains: what it shows at once, a run from start to space, and bad input."""

import gzip
import io
import re
import time
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import models
from components.pages.train import run_map
from components.pages.train.aligned_maps import aligned_with_epochs
from components.pages.train.change_over_epochs import change_tables
from components.pages.train.run_map import EPOCHS, LAYOUT, RESULT
from components.widgets.map_job import map_key
from components.widgets.space_files import made
from components.word_map.scene import Keyframes
from models.jobs.errors import Refused
from models.maps.align import procrustes
from models.maps.frames import Frame
from models.maps.umap import UMAP
from models.sources.write import FORMATS
from models.training.precomputed import load_default
from models.training.settings import Settings
from tests.components.apps import linked, page_file, settled

PAGE = page_file("train")
WORDS = ["king", "queen", "man", "woman", "boy", "girl", "prince", "castle", "horse", "a", "b", "c"]


def a_text(words: int = 3_000) -> str:
    random = np.random.default_rng(3)
    return "\n".join(" ".join(random.choice(WORDS, 10)) for _ in range(words // 10))


def said(app: AppTest) -> str:
    assert not app.exception, app.exception[0].stack_trace
    blocks = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info, *app.success]
    return "\n".join(str(block.value) for block in blocks).replace("\\", "")


def page(**query: str) -> AppTest:
    return linked(PAGE, **query).run()


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


def states_of_map(app: AppTest) -> Keyframes:
    assert not app.exception, app.exception[0].stack_trace
    states: Keyframes = app.session_state["made:train-layer"][1][1]
    return states


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


def test_a_run_ends_in_the_umap_of_its_result() -> None:
    app = trained()
    [run] = app.session_state["train-runs"]
    assert "12 most frequent words by UMAP with 12 neighbours by cosine" in said(app)
    assert "Distances between far groups, and the sizes of groups, mean little" in said(app)
    states = states_of_map(app)
    assert states.names == ("epoch 0, PCA", "epoch 1, PCA", "epoch 2, PCA", "epoch 3, PCA", "UMAP")
    assert states.start == 4
    alone = models.project(run.space(), method="umap")[["x", "y"]].to_numpy(dtype=np.float32)
    np.testing.assert_allclose(states.positions[-1], aligned_with_epochs(run, alone), atol=1e-5)


def test_the_umap_lies_in_the_frame_of_the_epochs() -> None:
    pca, umap = states_of_map(trained()).positions[-2:]
    low, high = np.percentile([umap, pca], [1.5, 98.5], axis=1)
    sides = (high - low).max(axis=1)
    assert sides[0] == pytest.approx(sides[1], rel=1e-4)
    np.testing.assert_allclose(procrustes(umap, pca).rotation, np.eye(2), atol=1e-4)


def test_the_map_goes_back_to_the_epochs_alone() -> None:
    app = trained().button_group(key=LAYOUT).set_value(EPOCHS).run()
    assert states_of_map(app).names == ("epoch 0", "epoch 1", "epoch 2", "epoch 3")
    assert "on their first two principal components" in said(app)


def test_the_map_in_python_is_the_map_of_the_page() -> None:
    app = trained()
    [code] = [block.value for block in app.code if "models.train(" in block.value]
    assert code.endswith('print(models.project(space, space.words[:12], method="umap"))')
    app.button_group(key=LAYOUT).set_value(EPOCHS).run()
    assert not any("models.project(" in block.value for block in app.code)


def test_a_link_opens_the_umap_of_the_precomputed_run() -> None:
    at_first = page()
    assert at_first.button_group(key=LAYOUT).value == EPOCHS
    assert states_of_map(at_first).names[-1] == "epoch 20"
    app = settled(page(**{LAYOUT: RESULT}))
    assert "The 2,000 most frequent words by UMAP" in said(app)
    assert states_of_map(app).names[-2:] == ("epoch 20, PCA", "UMAP")


@pytest.mark.parametrize(
    ("words", "size", "sentence"),
    [(3, 8, "at least 4 words, and this text has 3"), (12, 1, "at least 2 dimensions")],
)
def test_what_no_umap_can_be_of_is_told(words: int, size: int, sentence: str) -> None:
    text = a_text()
    for word in WORDS[words:]:
        text = re.sub(rf"\b{word}\b", WORDS[0], text)
    app = settled(press(with_text(text, size=size, epochs=2), "Train"))
    assert sentence in said(app)
    assert "on their first two principal components" in said(app)
    assert not app.get("button_group") or LAYOUT not in [g.key for g in app.get("button_group")]


def test_a_umap_that_is_stopped_is_shown_as_far_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    places = np.random.default_rng(0).normal(size=(2_000, 2)).astype(np.float32)
    seen = [Frame(0, 500, -places), Frame(270, 500, places)]
    job = SimpleNamespace(running=False, done=False, cancelled=True, error=None, partial=seen)
    monkeypatch.setattr(run_map, "map_job", lambda *_, **__: job)
    app = page(**{LAYOUT: RESULT})
    assert "seed 0, stopped at epoch 270" in said(app)
    assert any(button.label == "Start again" for button in app.button)
    assert states_of_map(app).names[-1] == "UMAP"
    seen.pop()  # its own start is no UMAP yet
    assert states_of_map(page(**{LAYOUT: RESULT})).names[-1] == "epoch 20"


def test_a_umap_that_is_not_taken_leaves_the_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise Refused("Several jobs of yours wait already.")

    monkeypatch.setattr(run_map, "map_job", full)
    app = page(**{LAYOUT: RESULT})
    assert "Several jobs of yours wait already." in said(app)
    assert states_of_map(app).names[-1] == "epoch 20"


def test_the_umap_is_found_again_on_the_map_page() -> None:
    app = press(trained(), "Use this space")
    [space] = app.session_state["own-spaces"].values()
    [run] = app.session_state["train-runs"]
    key, _ = app.session_state["made:jobs"][1]["train-umap"]
    assert key == map_key(space, len(space), UMAP())
    assert space.name != run.space().name


def test_the_same_settings_in_python_give_the_same_vectors() -> None:
    from components.pages.train.take_away import code
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
    assert "UMAP" not in states_of_map(app).names  # only when it is asked for
    app = settled(app.button_group(key=LAYOUT).set_value(RESULT).run())
    assert states_of_map(app).names[-1] == "UMAP"


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


PAST_THE_LIMIT = [
    ("size", 0, "Dimension: a whole number from 1 to 1,000, not 0."),
    ("size", 5_000, "Dimension: a whole number from 1 to 1,000, not 5,000."),
    ("epochs", 10_000, "Epochs: a whole number from 1 to 500, not 10,000."),
    ("reach", 99, "Window: a whole number from 1 to 20, not 99."),
    ("train-seed", -1, "Seed: a whole number from 0 to 4,294,967,295, not -1."),
    ("least", 0, "Minimum count: a whole number from 1 to 10,000, not 0."),
    ("learning-rate", 7.0, "The learning rate lies above 0 and up to 1, not 7.0."),
    ("thin", -0.5, "The sampling threshold lies from 0 to 1, not -0.5."),
]


@pytest.mark.parametrize(("key", "value", "sentence"), PAST_THE_LIMIT)
@pytest.mark.parametrize("by_link", [False, True])
def test_numbers_past_the_limit_are_told_and_start_nothing(
    key: str, value: float, sentence: str, by_link: bool
) -> None:
    app = page(**({key: str(value)} if by_link else {}))
    if not by_link:
        app.number_input(key=key).set_value(value).run()
    assert said(app).count(sentence) == 1
    assert app.number_input(key=key).value == value  # to be mended, not to be typed again
    assert not can_train(app)
    assert "train-asked" not in app.session_state
    assert "Precomputed" in said(app)  # nothing is lost
    app.number_input(key=key).set_value(5 if key == "least" else 1).run()
    assert sentence not in said(app)
    assert can_train(app)


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


def test_every_epoch_says_how_far_rows_moved() -> None:
    app = page()
    run = load_default()
    table = app.dataframe[1].value.set_index("epoch")
    assert list(table.index) == [*range(1, 21)]
    for epoch in (1, 7, 20):
        record = run.records[epoch]
        start, step = record.since_start, record.since_last
        assert start is not None
        assert step is not None
        medians = [
            each.quantiles[which][2] for each in (start, step) for which in ("aligned", "raw")
        ]
        found = table.loc[epoch, ["start", "start_raw", "last", "last_raw"]]
        assert list(found) == pytest.approx(medians)
        assert table["touched"][epoch] == pytest.approx(100 * step.touched)
    labels = [button.label for button in app.get("download_button")]
    for name in ("change by epoch", "change, quantiles", "change by frequency"):
        assert f"Download CSV: {name}" in labels


def test_an_epoch_is_chosen_to_see_which_words_moved_in_it() -> None:
    app = page()
    assert app.slider(key="moved-after").value == 20
    app.slider(key="moved-after").set_value(3).run()
    step = load_default().records[3].since_last
    assert step is not None
    length = step.by_frequency["relative"].median()
    assert f"In epoch 3, {100 * step.touched:.1f} % of the rows were touched" in said(app)
    assert f"a word moved by {100 * length:.1f} % of its length" in said(app)


@pytest.mark.parametrize(("asked", "found"), [("3", 3), ("99", 20), ("x", 20)])
def test_the_epoch_is_in_the_link(asked: str, found: int) -> None:
    app = page(**{"moved-after": asked})
    assert app.slider(key="moved-after").value == found
    assert f"In epoch {found}, " in said(app)


def test_the_epoch_of_a_longer_run_is_none_of_a_shorter_one() -> None:
    app = trained()
    assert app.slider(key="moved-after").value == 3
    app.slider(key="moved-after").set_value(1).run()
    app.selectbox(key="run").set_value("precomputed").run()
    assert f"In epoch {app.slider(key='moved-after').value}, " in said(app)
    app.slider(key="moved-after").set_value(9).run()
    app.selectbox(key="run").set_value("run 1").run()
    left = app.slider(key="moved-after").value
    assert 1 <= left <= 3
    assert f"In epoch {left}, " in said(app)


def test_the_tables_of_change_hold_every_epoch_and_quantile() -> None:
    tables = {name: make() for name, make in change_tables(load_default()).items()}
    quantiles, frequencies = tables["change, quantiles"], tables["change by frequency"]
    assert len(quantiles) == 20 * 2 * 5
    assert len(frequencies) == 20 * 2 * 10
    assert (quantiles["aligned"] >= quantiles["raw"] - 0.05).mean() > 0.9
    one = frequencies.query("epoch == 1").groupby("since")["update"].apply(list)
    assert one["the beginning"] == one["the epoch before"]  # it is the beginning


def test_a_run_of_one_epoch_has_no_choice_of_epochs() -> None:
    app = settled(press(with_text(a_text(), size=8, epochs=1), "Train"))
    assert "In epoch 1, " in said(app)
    assert not app.slider


def test_a_turn_changes_numbers_and_no_answer() -> None:
    app = page()
    table = app.dataframe[2].value.set_index("what")
    assert "**4 of 4** answers are the same" in said(app)
    assert table.loc["first numbers of king", "same"] == "no"
    before = table.loc["first numbers of king", "after the turn"]
    table = press(app, "Turn again").dataframe[2].value.set_index("what")
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
    assert list(app.dataframe[3].value.columns) == ["figure", "run 2", "run 1"]
    app.selectbox(key="beside").set_value("precomputed").run()
    assert "More than one thing differs" in said(app)


def test_a_session_is_saved_and_restored_in_another() -> None:
    from models.training.session_file import SavedSession, write_session

    app = press(trained(), "Use this space")
    [run] = app.session_state["train-runs"]
    spaces = tuple(app.session_state["own-spaces"].values())
    file = write_session(
        SavedSession((run,), spaces, {"trainer": "glove", "size": 12, "epochs": 99_999})
    )
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


def test_glove_as_in_the_paper_is_a_link_and_a_recipe() -> None:
    assert "counted" not in [group.key for group in page().button_group]
    link = {"trainer": "GloVe in PyTorch", "counted": "as in the paper", "size": "8", "epochs": "2"}
    app = page(text="pasted text", **link)
    app.text_area(key="train-pasted").set_value(a_text()).run()
    app = settled(press(settled(app), "Train"))
    [run] = app.session_state["train-runs"]
    assert run.settings == Settings("glove", 8, 2, chance=False)
    assert "on counts as in the paper (x_max 100)" in said(app)
    assert "weighted squares over what was counted, mean of an epoch" in said(app).lower()
    assert any("epochs=2, seed=0, chance=False)" in block.value for block in app.code)


def test_hierarchical_softmax_has_no_auc() -> None:
    app = with_text(a_text(), size=8, epochs=2)
    app.toggle(key="hierarchical").set_value(True).run()
    app = settled(press(app, "Train"))
    assert "There is none:" in said(app)
