/**
 * Drawing of everything above the points: lines, markers and labels on a canvas, and the legend.
 *
 * A canvas rather than Plotly traces, for three reasons: a change of the marked words or of the
 * labels costs a millisecond instead of a redraw of 20,000 points; a word is drawn literally
 * whatever it contains (Plotly reads HTML in its texts); and a halo keeps text readable on any
 * background, in 2-D and in 3-D.
 */

import { GREY, rampOf } from "./map_figure.js";

const HALO = 3;

export function readTheme(element) {
  const style = getComputedStyle(element);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const text = value("--st-text-color", "#14171a");
  return {
    text,
    quiet: value("--st-gray-text-color", GREY),
    background: value("--st-background-color", "#ffffff"),
    accent: value("--st-primary-color", "#0072b2"),
    font: value("--st-font", "sans-serif"),
  };
}

/** Draw everything over what the canvas holds; `project` gives a row's pixel and nearness. */
export function paint(context, { project, links, marks, rings, labels, theme }) {
  const at = (row) => {
    const out = [0, 0];
    const nearness = project(row, out);
    return { x: out[0], y: out[1], nearness };
  };
  links.forEach(({ from, to, colour, dash }) => drawLink(context, at(from), at(to), colour, dash));
  labels.filter((label) => label.leader).forEach((label) => drawLeader(context, at(label.row), label, theme));
  marks.forEach((mark) => drawMark(context, at(mark.row), mark, theme));
  rings.forEach((row) => drawRing(context, at(row), theme));
  // The faint ones first, so that a halo never eats into a marked word.
  labels.filter((label) => !label.strong).forEach((label) => drawLabel(context, at(label.row), label, theme));
  labels.filter((label) => label.strong).forEach((label) => drawLabel(context, at(label.row), label, theme));
  context.globalAlpha = 1;
}

function drawLink(context, from, to, colour, dash = []) {
  context.globalAlpha = 0.65;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.setLineDash([]);
}

function drawLeader(context, point, { dx, dy, width, height }, theme) {
  // To the edge of the label that faces the point, not through the text.
  const endX = point.x + dx - Math.sign(dx) * Math.min(Math.abs(dx), width / 2);
  const endY = point.y + dy - Math.sign(dy) * Math.min(Math.abs(dy), height / 2);
  drawLink(context, point, { x: endX, y: endY }, theme.quiet);
}

function drawMark(context, { x, y }, { shape, colour, radius }, theme) {
  context.globalAlpha = 1;
  context.beginPath();
  outline(context, shape, x, y, radius);
  context.strokeStyle = theme.background;
  context.lineWidth = 2.5;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
}

function drawRing(context, { x, y }, theme) {
  context.globalAlpha = 1;
  [[theme.background, 4], [theme.text, 1.5]].forEach(([colour, width]) => {
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  });
}

function drawLabel(context, { x, y, nearness }, { text, font, dx, dy, strong }, theme) {
  if (Number.isNaN(x)) return;
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.globalAlpha = strong ? 1 : 0.65 + 0.3 * nearness; // in 3-D the far ones step back
  context.strokeStyle = theme.background;
  context.lineWidth = HALO;
  context.strokeText(text, x + dx, y + dy);
  context.fillStyle = theme.text;
  context.fillText(text, x + dx, y + dy);
}

const CORNERS = {
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1.2], [1.15, 0.85], [-1.15, 0.85]],
  wedge: [[0, 1.2], [1.15, -0.85], [-1.15, -0.85]],
  pentagon: [[0, -1.15], [1.1, -0.35], [0.68, 0.93], [-0.68, 0.93], [-1.1, -0.35]],
  star: Array.from({ length: 10 }, (_, i) => {
    const [angle, reach] = [i * Math.PI / 5, i % 2 ? 0.5 : 1.25];
    return [reach * Math.sin(angle), -reach * Math.cos(angle)];
  }),
  cross: [
    [-1.1, -0.7], [-0.7, -1.1], [0, -0.4], [0.7, -1.1], [1.1, -0.7], [0.4, 0],
    [1.1, 0.7], [0.7, 1.1], [0, 0.4], [-0.7, 1.1], [-1.1, 0.7], [-0.4, 0],
  ],
  bar: [[-1.3, -0.6], [1.3, -0.6], [1.3, 0.6], [-1.3, 0.6]],
};
export const GROUP_SHAPES = ["square", "triangle", "wedge", "pentagon", "bar"];

function outline(context, shape, x, y, radius) {
  const corners = CORNERS[shape];
  if (!corners) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([cx, cy], i) => context[i ? "lineTo" : "moveTo"](x + cx * radius, y + cy * radius));
  context.closePath();
}

/** Legend entries in place: `shape` marks, or a `ramp` with its two ends. Texts are never HTML. */
export function fillLegend(legend, entries) {
  legend.replaceChildren(...entries.map((entry) => {
    const item = document.createElement(entry.click ? "button" : "span");
    item.className = "word-map-entry";
    if (entry.click) Object.assign(item, { type: "button", onclick: entry.click });
    if (entry.ramp) item.append(note(entry.text), note(entry.low), ramp(entry.ramp), note(entry.high));
    else item.append(...(entry.shape ? [swatch(entry)] : []), note(entry.text));
    return item;
  }));
}

function note(text) {
  return Object.assign(document.createElement("span"), { textContent: text, className: "word-map-note" });
}

function ramp(colours) {
  const bar = Object.assign(document.createElement("span"), { className: "word-map-ramp" });
  bar.style.background = rampOf(colours);
  return bar;
}

function swatch({ shape, colour }) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  canvas.className = "word-map-swatch";
  const context = canvas.getContext("2d");
  outline(context, shape, 14, 14, shape === "dot" ? 8 : 9);
  context.fillStyle = colour;
  context.fill();
  return canvas;
}

/** The whole picture as a PNG: background, Plotly's points, the canvas above them, the legend. */
export async function savePicture({ Plotly, gd, theme, size, paintOn, entries, name }) {
  const scale = 2;
  const points = await loadImage(await Plotly.toImage(gd, { format: "png", ...size, scale }));
  const over = blank(size, scale);
  paintOn(over.getContext("2d"), scale);
  const foot = entries.length ? 30 : 0;
  const picture = blank({ width: size.width, height: size.height + foot }, scale);
  const context = picture.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(points, 0, 0, over.width, over.height);
  context.drawImage(over, 0, 0);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  writeLegend(context, entries, size.height + foot / 2, theme);
  const link = Object.assign(document.createElement("a"), { download: `${name}.png` });
  link.href = URL.createObjectURL(await new Promise((done) => { picture.toBlob(done, "image/png"); }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function writeLegend(context, entries, y, theme) {
  context.font = `400 13px ${theme.font}`;
  context.textBaseline = "middle";
  let x = 12;
  entries.filter((entry) => !entry.click).forEach((entry) => {
    if (entry.shape) {
      context.beginPath();
      outline(context, entry.shape, x + 5, y, 5);
      context.fillStyle = entry.colour;
      context.fill();
      x += 16;
    }
    const text = entry.ramp ? `${entry.text}: ${entry.low} (dark) to ${entry.high} (light)` : entry.text;
    context.fillStyle = theme.text;
    context.fillText(text, x, y);
    x += context.measureText(text).width + 18;
  });
}

function blank({ width, height }, scale) {
  return Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
}

function loadImage(source) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    Object.assign(image, { onload: () => resolve(image), onerror: reject, src: source });
  });
}
