"""t-SNE by our own loops: its gradient beside a plain sum, its map beside scikit-learn's."""

import numpy as np
import pytest

from models import EmbeddingSpace, InvalidRequest
from models.maps.affinities import tsne_edges
from models.maps.faithfulness import faithfulness
from models.maps.neighbour_graph import knn_graph
from models.maps.tsne import TSNE, gradient, tsne_frames

WORDS = 300


@pytest.fixture(scope="module")
def space(glove_100: EmbeddingSpace) -> EmbeddingSpace:
    return glove_100.head(WORDS)


def dense(space: EmbeddingSpace) -> np.ndarray:
    starts, ends, weights = tsne_edges(knn_graph(space, k=91), perplexity=30, metric="cosine")
    joint = np.zeros((WORDS, WORDS))
    joint[np.repeat(np.arange(WORDS), np.diff(starts)), ends] = weights
    return joint


def test_the_probabilities_are_joint_ones(space: EmbeddingSpace) -> None:
    joint = dense(space)
    assert joint.sum() == pytest.approx(1, abs=1e-5)
    assert np.array_equal(joint, joint.T)


@pytest.mark.parametrize("axes", [2, 3])
def test_the_gradient_is_the_plain_sum(space: EmbeddingSpace, axes: int) -> None:
    """Exactly so with theta 0; a cell for its words costs a per cent."""
    edges = tsne_edges(knn_graph(space, k=91), perplexity=30, metric="cosine")
    places = np.zeros((WORDS, 3), dtype=np.float32)
    places[:, :axes] = 20 * np.random.default_rng(0).normal(size=(WORDS, axes))
    places[10] = places[11]  # two words on one point
    apart = places[:, None].astype(np.float64) - places
    near = 1 / (1 + (apart**2).sum(axis=2))
    np.fill_diagonal(near, 0)
    force = (dense(space) - near / near.sum()) * near
    plain = 4 * (force[:, :, None] * apart).sum(axis=1)
    exact = gradient(places, edges, theta=0)
    assert np.allclose(exact, plain, rtol=1e-4, atol=1e-9)
    rough = gradient(places, edges, theta=0.5)
    assert np.linalg.norm(rough - plain) < 0.02 * np.linalg.norm(plain)


def test_it_shows_as_much_as_scikit_learn_does(space: EmbeddingSpace) -> None:
    from sklearn.manifold import TSNE as Theirs
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        peer = Theirs(init="pca", random_state=0, max_iter=750).fit_transform(
            space.unit(slice(None)).copy()
        )
    frames = list(tsne_frames(space))
    assert [frame.epoch for frame in frames][:3] == [0, 15, 30]
    mine, theirs = (faithfulness(space, p) for p in (frames[-1].positions, peer))
    for name in ("knn_overlap", "trustworthiness", "continuity"):
        assert mine[name].value > theirs[name].value - 0.02
    again = list(tsne_frames(space, every=10_000))
    assert np.array_equal(again[-1].positions, frames[-1].positions)


def test_it_ends_when_told(space: EmbeddingSpace) -> None:
    def stop(fraction: float) -> None:
        if fraction > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        list(tsne_frames(space, progress=stop))


def test_few_words_and_equal_words_have_places(tiny: EmbeddingSpace) -> None:
    *_, last = tsne_frames(tiny, None, TSNE(epochs=250))
    assert np.isfinite(last.positions).all()
    from tests.models.maps.test_neighbour_graph import made_of

    rows = np.zeros((30, 3), dtype=np.float32)
    *_, last = tsne_frames(made_of(rows + 1), None, TSNE(epochs=250, dimensions=3))
    assert np.isfinite(last.positions).all()


@pytest.mark.parametrize(
    "bad", [{"perplexity": 1}, {"perplexity": 70}, {"epochs": 100}, {"metric": "x"}, {"seed": -1}]
)
def test_nonsense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        TSNE(**bad)  # type: ignore[arg-type]
