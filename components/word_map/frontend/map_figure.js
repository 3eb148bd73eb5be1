/** The points as a Plotly figure: one WebGL trace of all words, and one of the selected words. */

import { sceneOf } from "./map_home.js";

export const GREY = "#8c8c8c";
const OPACITY = { grey: 0.45, coloured: 0.6 }; // the light end of a scale needs more on white
const FADED = 0.15;
const SCALES = {
  Viridis: ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"],
  Cividis: ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"],
};

/** Traces for a layer; `singled` (rows, or null) keep their strength while the rest fades. */
export function tracesOf({ layer, codes, colours, singled }) {
  const colour = colourOf(colours, codes);
  const { field, few } = strengthOf({ layer, codes, singled });
  // Plotly takes the same array for the same content: moved points come in arrays of their own.
  if (!singled) return [trace(layer, layer.axes.map((axis) => (layer.step ? axis.slice() : axis)), colour, field)];
  const axes = layer.axes.map((axis) => Float32Array.from(singled, (row) => axis[row]));
  const own = codes ? { ...colour, color: Uint8Array.from(singled, (row) => codes[row]) } : colour;
  return [trace(layer, layer.axes.map((axis) => axis.slice()), colour, field), trace(layer, axes, own, few)];
}

/** Opacity and size in pixels of the field, and of those singled out. */
export function strengthOf({ layer, codes, singled }) {
  const less = layer.dimensions - 2; // in space more points lie behind one another
  const plain = OPACITY[codes ? "coloured" : "grey"];
  const isFew = singled?.length < 2000;
  return {
    field: { opacity: singled ? FADED : plain, size: 3 - less },
    few: { opacity: isFew ? 0.9 : 0.7, size: (isFew ? 5 : 3) - less },
  };
}

function trace(layer, [x, y, z], colour, { opacity, size }) {
  const marker = { ...colour, size, opacity, line: { width: 0 } };
  // Hover and clicks are ours (word_map.js): Plotly's would read words as HTML, and not at all in 3-D.
  if (layer.dimensions === 3) return { type: "scatter3d", mode: "markers", x, y, z, marker, hoverinfo: "skip" };
  const unselected = { marker: { opacity } }; // Plotly's fading would come on top of ours
  return { type: "scattergl", mode: "markers", x, y, marker, hoverinfo: "skip", unselected };
}

function colourOf(colours, codes) {
  if (!codes) return { color: GREY };
  const range = { color: codes, cmin: 0, cmax: 255, showscale: false };
  if (colours.kind === "continuous") return { ...range, colorscale: evenScale(SCALES[colours.scale]) };
  const steps = colours.palette.length;
  return { ...range, cmin: -0.5, cmax: steps - 0.5, colorscale: steppedScale(colours.palette) };
}

/** The colours of the codes, near enough for the canvas. */
export function coloursOf({ kind, scale, palette }) {
  if (kind === "categories") return palette;
  const steps = SCALES[scale];
  return Array.from({ length: 256 }, (_, code) => steps[Math.round(code / 255 * (steps.length - 1))]);
}

export function rampOf({ scale }) {
  return `linear-gradient(to right, ${SCALES[scale].join(", ")})`;
}

const evenScale = (colours) => colours.map((colour, i) => [i / (colours.length - 1), colour]);
const steppedScale = (colours) => colours.flatMap((colour, i) => [
  [i / colours.length, colour], [(i + 1) / colours.length, colour],
]);

export function layoutOf({ layer, view, dragmode, theme, size, revision, selectionCount }) {
  const common = {
    uirevision: revision, selectionrevision: selectionCount, ...size, showlegend: false, hovermode: false, dragmode,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text },
    modebar: { bgcolor: theme.background, color: theme.quiet, activecolor: theme.accent },
    newselection: { line: { color: theme.text, width: 1, dash: "solid" } },
    selections: [],
  };
  const hidden = { visible: false, showspikes: false };
  if (layer.dimensions === 3) {
    const { ranges, aspectratio } = sceneOf(layer);
    const [xaxis, yaxis, zaxis] = ranges.map((range) => ({ ...hidden, range }));
    const scene = { xaxis, yaxis, zaxis, aspectmode: "manual", aspectratio, dragmode, hovermode: false };
    return { ...common, scene: { ...scene, camera: structuredClone(view.camera) } };
  }
  return {
    ...common,
    xaxis: { ...hidden, range: [...view.x] },
    yaxis: { ...hidden, range: [...view.y], scaleanchor: "x" }, // near is near in every direction
  };
}

export function configOf({ Plotly, flat, zoom, home, save }) {
  const own = (name, title, icon, click) => ({ name, title, icon, click });
  return {
    displaylogo: false, displayModeBar: true, scrollZoom: true, responsive: false,
    doubleClick: false, // word_map.js goes home, to the same place as the modebar's button
    modeBarButtons: [
      flat ? ["pan2d", "select2d", "lasso2d"] : ["orbitRotation", "pan3d"],
      [
        own("closer", "Zoom in", Plotly.Icons.zoom_plus, () => zoom(1.5)),
        own("further", "Zoom out", Plotly.Icons.zoom_minus, () => zoom(1 / 1.5)),
        own("home", "Reset the view", Plotly.Icons.home, home),
      ],
      [own("save", "Download as PNG", Plotly.Icons.camera, save)],
    ],
  };
}
