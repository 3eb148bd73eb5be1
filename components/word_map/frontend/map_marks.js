/** The marks of words and the lines between them, with shapes and colours, and the legend. */

import { shortened } from "./map_labels.js";
import { GROUP_SHAPES } from "./map_paint.js";

const QUERY = { shape: "circle", colour: "#0072b2", radius: 7 }; // the word asked about
const NEIGHBOUR = { shape: "diamond", colour: "#e69f00", radius: 5.5 };
const TORN = { shape: "star", colour: "#d55e00", radius: 7 }; // a neighbour that the map put far away
const FALSE = { shape: "cross", colour: "#cc79a7", radius: 5.5 }; // near on the map only
const FOCUS = { shape: null, radius: 10 };

const groupLook = (colour, i) => ({ shape: GROUP_SHAPES[i % GROUP_SHAPES.length], colour, radius: 5.5 });

/** Rows of words; words that are not on the map stay out. */
export function rowsOf(layer, words) {
  return words.map((word) => layer.index.get(word)).filter((row) => row !== undefined);
}

/** Marks as {row, shape, colour, radius}, a word's first look winning, and lines as {from, to, colour, dash}. */
export function marksOf(layer, { query, focus, neighbours, torn, false: wrong, groups }) {
  const marks = new Map();
  const add = (words, look) => rowsOf(layer, words).forEach((row) => {
    if (!marks.has(row)) marks.set(row, { row, ...look });
  });
  add(query, QUERY);
  if (focus) add([focus], torn.includes(focus) ? TORN : FOCUS);
  add(torn, TORN);
  add(neighbours, NEIGHBOUR);
  add(wrong, FALSE);
  groups.forEach(({ words, colour }, i) => add(words, groupLook(colour, i)));
  return { marks: [...marks.values()], links: linksOf(layer, { query, neighbours, torn }) };
}

function linksOf(layer, { query, neighbours, torn }) {
  const [only, ...others] = rowsOf(layer, query);
  if (only === undefined || others.length) return [];
  const away = new Set(rowsOf(layer, torn));
  const near = rowsOf(layer, neighbours).filter((row) => !away.has(row));
  return [
    ...near.map((row) => ({ from: only, to: row, colour: NEIGHBOUR.colour })),
    ...[...away].map((row) => ({ from: only, to: row, colour: TORN.colour, dash: [5, 3] })),
  ].filter(({ from, to }) => from !== to);
}

export function legendOf({ query, neighbours, torn, false: wrong, groups, colours }, chosen, clear) {
  const asked = query.length === 1 ? shortened(query[0]) : "words asked about";
  const { kind, names = [], palette = [], ...ramp } = colours;
  return [
    ...(chosen ? [{ text: `${chosen.toLocaleString("en-GB")} selected: clear`, click: clear }] : []),
    ...(query.length ? [{ ...QUERY, text: asked }] : []),
    ...(neighbours.some((word) => !torn.includes(word)) ? [{ ...NEIGHBOUR, text: "neighbours" }] : []),
    ...(torn.length ? [{ ...TORN, text: "torn away by the map" }] : []),
    ...(wrong.length ? [{ ...FALSE, text: "near on the map only" }] : []),
    ...groups.map(({ name, colour }, i) => ({ ...groupLook(colour, i), text: name })),
    ...names.map((name, i) => ({ shape: "dot", colour: palette[i], text: name })),
    ...(kind === "continuous" ? [{ text: ramp.title, low: ramp.low, high: ramp.high, ramp }] : []),
  ];
}
