/** The word under the pointer, the words within a lasso or box, and the tooltip. */

import { shortened } from "./map_labels.js";

const REACH = 10; // pixels between pointer and point that still count as a hit

/** The row at a pixel, or null; a marked word wins over the field behind it. */
export function rowAt({ x: atX, y: atY }, { x, y }, marks) {
  const closest = (rows, count) => {
    let [best, found] = [REACH * REACH, null];
    for (let i = 0; i < count; i += 1) {
      const row = rows ? rows[i] : i;
      const far = (x[row] - atX) ** 2 + (y[row] - atY) ** 2;
      if (far < best) [best, found] = [far, row];
    }
    return found;
  };
  return closest(marks.map(({ row }) => row), marks.length) ?? closest(null, x.length);
}

/** Rows within Plotly's box or lasso. Plotly itself knows positions at rest only. */
export function rowsWithin([xs, ys], { range, lassoPoints }) {
  const { x, y } = lassoPoints ?? { x: [0, 1, 1, 0].map((i) => range.x[i]), y: [0, 0, 1, 1].map((i) => range.y[i]) };
  const inside = (atX, atY) => {
    let within = false;
    for (let i = 0, j = x.length - 1; i < x.length; j = i, i += 1) {
      const crosses = (y[i] > atY) !== (y[j] > atY);
      if (crosses && atX < x[i] + (x[j] - x[i]) * (atY - y[i]) / (y[j] - y[i])) within = !within;
    }
    return within;
  };
  const rows = [];
  xs.forEach((atX, row) => { if (inside(atX, ys[row])) rows.push(row); });
  return rows;
}

/** Which of so many rows these are, a bit each, as base64: short enough to go with every rerun. */
export function maskOf(rows, count) {
  const bits = new Uint8Array(Math.ceil(count / 8));
  rows.forEach((row) => { bits[row >> 3] |= 1 << (row & 7); });
  return btoa(bits.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}

/** Fill the tip for a row and put it beside the pointer, on the side where there is room. */
export function showTip(tip, { layer, row, group, place: { x, y, width, height } }) {
  const rank = `number ${(layer.ranking?.[row] ?? row + 1).toLocaleString("en-GB")} by frequency`;
  const word = Object.assign(document.createElement("b"), { textContent: shortened(layer.words[row], 80) });
  tip.replaceChildren(word, group ? `${rank} · ${group}` : rank);
  const [toLeft, upwards] = [x > width / 2, y > height - 80];
  Object.assign(tip.style, {
    left: toLeft ? "" : `${x + 14}px`, right: toLeft ? `${width - x + 14}px` : "",
    top: upwards ? "" : `${y + 10}px`, bottom: upwards ? `${height - y + 10}px` : "",
  });
}
