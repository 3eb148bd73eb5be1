/**
 * Drawing of the points on a plain canvas, until Plotly has loaded (about a second) and while they
 * move. They lie where Plotly draws them, so that the change between the two cannot be seen.
 */

import { GREY, coloursOf, strengthOf } from "./map_figure.js";

export function clear(context, { width, height }, scale) {
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
}

/** Draw a layer; `project` (row, out) writes the pixel of a word, `singled` rows keep their strength. */
export function drawPoints(context, { layer, codes, colours, singled = null, project }) {
  const { field, few } = strengthOf({ layer, codes, singled });
  const palette = codes && coloursOf(colours);
  const draw = (rows, count, { opacity, size: width }) => {
    const [side, out] = [(layer.dimensions === 3 ? 1.7 : 0.9) * width, [0, 0]]; // as Plotly sees their size
    let ink = null;
    context.globalAlpha = opacity;
    context.fillStyle = GREY;
    for (let i = 0; i < count; i += 1) {
      const row = rows ? rows[i] : i;
      if (codes && palette[codes[row]] !== ink) context.fillStyle = ink = palette[codes[row]];
      project(row, out);
      context.fillRect(out[0] - side / 2, out[1] - side / 2, side, side);
    }
  };
  draw(null, layer.count, field);
  if (singled) draw(singled, singled.length, few);
  context.globalAlpha = 1;
}

/** Where a 2-D view's ranges put the words, near being near both ways. */
export function projectorOf(layer, { x, y }, size) {
  const perUnit = Math.min(size.width / (x[1] - x[0]), size.height / (y[1] - y[0]));
  const left = size.width / 2 - perUnit * (x[0] + x[1]) / 2;
  const bottom = size.height / 2 + perUnit * (y[0] + y[1]) / 2;
  const [xs, ys] = layer.axes;
  return (row, out) => {
    out[0] = left + perUnit * xs[row];
    out[1] = bottom - perUnit * ys[row];
  };
}
