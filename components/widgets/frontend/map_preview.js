/**
 * The points on a plain canvas, in the second that Plotly takes to arrive and to start. They lie
 * where Plotly will draw them, so its taking over is seen by nobody.
 */

import { GREY, OPACITY, coloursOf } from "./map_figure.js";

/** Draw a 2-D layer so that the ranges `x` and `y` fit into the size, near being near both ways. */
export function drawPreview(context, { layer, codes, colours, view: { x, y }, size, scale }) {
  const perUnit = Math.min(size.width / (x[1] - x[0]), size.height / (y[1] - y[0]));
  const left = size.width / 2 - perUnit * (x[0] + x[1]) / 2;
  const bottom = size.height / 2 + perUnit * (y[0] + y[1]) / 2;
  const [xs, ys] = layer.axes;
  const palette = codes && coloursOf(colours);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.globalAlpha = codes ? OPACITY.coloured : OPACITY.grey;
  context.fillStyle = GREY;
  for (let row = 0; row < layer.count; row += 1) {
    if (codes) context.fillStyle = palette(codes[row]);
    context.fillRect(left + perUnit * xs[row] - 1.35, bottom - perUnit * ys[row] - 1.35, 2.7, 2.7);
  }
  context.globalAlpha = 1;
}
