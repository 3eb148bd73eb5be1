"""Several aligned maps of the same words as an animation, with the words that move most and the
faithfulness of each map."""

import streamlit as st

from components.widgets.exports import foot
from components.widgets.faithfulness_figures import (
    by_name,
    faithfulness_frame,
    faithfulness_of_maps,
    overlap_of_each,
)
from components.word_map.component import word_map
from components.word_map.scene import Keyframes, MapScene, Scale
from components.wording import bold
from models.maps.align import Stability
from models.maps.map_states import MapStates
from models.maps.umap import UMAP
from models.space import Rows

_LISTED = 10
_BEGIN = 4.0  # seconds until a job has begun
_DRAWING, _MEASURING = 0.5e-6, 0.6e-4  # seconds a word and epoch; seconds a word
_OF_SPREAD = st.column_config.NumberColumn(
    format="%.0f %%", width="small", help="Of the map's spread"
)


def animation(
    found: Stability | MapStates,
    names: tuple[str, ...],
    colours: Scale,
    *,
    rows: Rows,
    map_id: str,
    kind: str,
    note: str,
    caption: str,
    described: str,
    code: str,
    key: str,
) -> None:
    """Draw the maps `found` by their `names`, how faithful each is, the words that move most, and
    the foot. `rows` are the words' rows in their space, `map_id` names the maps and `kind` what
    they differ in ("seeds"); `note` follows the faithfulness, and `described` begins the foot."""
    faithfulness, movement = by_name(names, found.faithfulness), found.to_frame()
    st.markdown(f"{overlap_of_each(faithfulness)} {note}".strip())
    chart, beside = st.columns([3, 1])
    with chart:
        word_map(
            MapScene(f"{key}-{map_id}", found.words, found.positions[0], colours, ranks=rows + 1),
            keyframes=Keyframes(names, found.positions),
            alt=f"The map {'by' if kind == 'seeds' else 'in'} {len(names)} {kind}, aligned. "
            f"{found.reading()}",
            file_name=f"vectorscope-{key}",
            height=520,
            key=f"{key}-map",
        )
    with beside:
        st.markdown(bold("Words that move most"))
        most, column = movement.head(_LISTED), str(movement.columns[-1])
        st.dataframe(
            most.assign(**{column: 100 * most[column]}),
            key=f"{key}-words",
            hide_index=True,
            column_config={column: _OF_SPREAD},
        )
    st.caption(caption)
    faithfulness_of_maps(faithfulness)
    foot(
        described,
        tables={
            f"movement between {kind}": movement,
            f"trust in the maps of {kind}": lambda: faithfulness_frame(faithfulness),
        },
        code=code,
        key=key,
    )


def seconds_for(maps: int, words: int, options: UMAP) -> float:
    """Estimate how long so many UMAPs take on an idle server."""
    return _BEGIN + maps * words * (_DRAWING * options.rounds(words) + _MEASURING)
