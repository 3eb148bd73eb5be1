/**
 * Loading of Plotly, once a browser tab, and of a map's files, which are cached by URL. A URL names
 * its content, so a file in the cache is never fetched again.
 */

// This module lies at <root>/_stcore/bidi-components/<component>/map_data.js, whatever the root
// is: a base path, a proxy's prefix or none.
const ROOT = new URL("../../../", import.meta.url);
const KEPT = { files: 24, positions: 4 }; // a map that is being drawn sends positions by the dozen

const shelves = { files: new Map(), positions: new Map() }; // URL -> Promise of the decoded content, the last used last
let plotly = null;
let styles = null;

/**
 * The Plotly library of the installed wheel; the version makes a stale copy impossible. It is
 * fetched at once and run when `free` has come: that holds up the browser for half a second.
 */
export function loadPlotly(version, free) {
  plotly ??= fetchScript(new URL(`../vectorscope.plotly/plotly.min.js?v=${version}`, import.meta.url), free)
    .then(() => window.Plotly);
  plotly.catch(() => { plotly = null; }); // the next rerun may try again
  return plotly;
}

/** The map's own style sheet, in the page before anything is measured. */
export function loadStyles() {
  styles ??= fetchOrThrow(new URL("word_map.css", import.meta.url), (response) => response.text(), "default")
    .then((text) => new CSSStyleSheet().replace(text))
    .then((sheet) => { document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; });
  styles.catch(() => { styles = null; });
  return styles;
}

async function fetchScript(url, free) {
  // The server sends no lifetime for this file, so a plain script tag would download it (1.5 MB)
  // with every page load; the version in the URL allows taking the stored copy unasked.
  const source = await fetchOrThrow(url, (response) => response.blob());
  await free;
  const script = document.createElement("script");
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    Object.assign(script, { src: address, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  URL.revokeObjectURL(address);
}

/** Put the view into the page's address, so that a copied link opens where this page stands. */
export function writeLink(frame, state) {
  const address = new URL(window.location.href);
  const short = (_, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  if (state) address.searchParams.set("at", JSON.stringify({ frame, ...state }, short));
  else address.searchParams.delete("at");
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
}

/**
 * Words and positions of a layer, in the shape in which the map uses them. `states` holds an array an
 * axis for each keyframe, or for the only one; `axes` is where the points are, and `step` counts their moves.
 */
export async function loadLayer({ words, positions, dimensions, ranks, states: count }) {
  const shape = `${count} x ${dimensions}`;
  const [vocabulary, states, ranking] = await Promise.all([
    remembered("files", words, () => fetchOrThrow(words, readWords)),
    remembered("positions", `${positions} ${shape}`, () => fetchOrThrow(positions, readStates(count, dimensions))),
    ranks ? remembered("files", ranks, () => fetchOrThrow(ranks, readNumbers(Uint32Array))) : null,
  ]);
  const [axes] = states;
  const id = `${words} ${positions} ${shape}`;
  return { ...vocabulary, source: words, states, axes, step: 0, dimensions, ranking, count: axes[0].length, id };
}

/** One colour code (0 to 255) a word. */
export function loadCodes(url) {
  return remembered("files", url, () => fetchOrThrow(url, readNumbers(Uint8Array)));
}

function readNumbers(Kind) {
  return async (response) => new Kind(await response.arrayBuffer());
}

async function readWords(response) {
  // A byte order mark may be part of the first word.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
  const words = text.split("\n");
  const index = new Map(words.map((word, i) => [word, i]));
  const lettered = Uint8Array.from(words, (word) => /^\p{L}[\p{L}\p{M}'’-]*$/u.test(word) ? 1 : 0);
  return { words, index, lettered };
}

function readStates(count, dimensions) {
  return async (response) => {
    const values = new Float32Array(await response.arrayBuffer());
    const rows = values.length / count / dimensions;
    return Array.from({ length: count }, (_, state) => Array.from({ length: dimensions }, (_, axis) => (
      Float32Array.from({ length: rows }, (_, row) => values[(state * rows + row) * dimensions + axis])
    )));
  };
}

function remembered(kind, key, load) {
  const shelf = shelves[kind];
  const content = shelf.get(key) ?? load(key);
  shelf.delete(key);
  shelf.set(key, content);
  content.catch(() => shelf.delete(key));
  if (shelf.size > KEPT[kind]) shelf.delete(shelf.keys().next().value);
  return content;
}

async function fetchOrThrow(url, read, cache = "force-cache") {
  const address = new URL(String(url).replace(/^\//, ""), ROOT);
  const response = await fetch(address, { cache });
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return read(response);
}
