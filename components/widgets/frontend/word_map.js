/**
 * The word map: 20,000 points in Plotly's WebGL, with marked words, labels, clicks and selection.
 *
 * Streamlit calls the default export again with every rerun that changes `data` or the theme. The
 * plot then stays where it is: points that did not change are not drawn again, and neither zoom nor
 * camera is touched, except by a new focus. Data travel by URL (map_data.js). This file holds the
 * life of one map; the others know geometry (view), typography (labels), the brush (paint) and
 * what Plotly is told (figure).
 */

import { writeLink, loadCodes, loadLayer, loadPlotly, loadStyles } from "./map_data.js";
import { configOf, layoutOf, tracesOf } from "./map_figure.js";
import { listen } from "./map_gestures.js";
import { placeLabels, shortened } from "./map_labels.js";
import { GROUP_SHAPES, fillLegend, paint, readTheme, savePicture } from "./map_paint.js";
import { drawPreview } from "./map_preview.js";
import { createView, homeOf } from "./map_view.js";

const BLUE = "#0072b2"; // the word asked about
const ORANGE = "#e69f00"; // its neighbours
const REACH = 10; // pixels between pointer and point that still count as a hit
const LINGER = 140; // ms without movement before labels are placed anew
const MOST_SELECTED = 5000;
const LEGEND_LINE = 32; // pixels; further lines come on top, so that the map never changes its size

// What a visitor set stays for the life of the tab: over reruns, and over leaving a page and coming back.
const views = new Map(); // `${key} ${frame} ${dimensions}` -> the last ranges or camera
const focused = new Map(); // key -> the last focus token that was followed
const selections = new Map(); // key -> selected words
const maps = new WeakMap(); // the component's element -> WordMap

export default function render({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!maps.has(parentElement)) maps.set(parentElement, new WordMap(parentElement));
  const map = maps.get(parentElement);
  map.tell = { setStateValue, setTriggerValue };
  map.show(data);
  return () => { map.leave(); maps.delete(parentElement); };
}

class WordMap {
  constructor(parent) {
    this.root = element("div", "word-map", { tabIndex: 0 });
    this.stage = element("div", "word-map-stage");
    this.gd = element("div", "word-map-plot");
    this.over = element("canvas", "word-map-over");
    this.tip = element("div", "word-map-tip", { hidden: true });
    this.notice = element("div", "word-map-notice", { textContent: "Loading the map" });
    this.legend = element("div", "word-map-legend");
    this.stage.append(this.gd, this.over, this.tip);
    this.root.append(this.stage, this.legend, this.notice);
    this.root.setAttribute("role", "img");
    this.root.dataset.ready = "false";
    this.root.vectorscope = { gd: this.gd, wordAt: (word) => this.clientPoint(word), labels: () => this.labels.map((l) => l.text) };
    parent.append(this.root);
    Object.assign(this, { turn: 0, labels: [], marks: [], links: [], hovered: null, selectionCount: 0 });
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.stage);
    this.leaving = new AbortController();
    listen(this, this.leaving.signal);
  }

  /** Show the state that Python sent; a newer one overtakes an older one that is still loading. */
  async show(data) {
    this.turn += 1;
    const { turn } = this;
    this.stage.style.height = `${data.height - LEGEND_LINE}px`;
    this.root.setAttribute("aria-label", `${data.alt} Arrow keys move, plus and minus zoom, 0 shows all.`.trim());
    try {
      let previewed;
      const plotly = loadPlotly(data.plotly, new Promise((resolve) => { previewed = resolve; }));
      plotly.catch(() => {}); // looked at below, unless something else fails before
      setTimeout(previewed, 5000); // whatever becomes of this state, another may wait for Plotly
      const [layer, codes] = await Promise.all([
        loadLayer(data.layer), data.colours.url ? loadCodes(data.colours.url) : null, loadStyles(),
      ]);
      await this.hasRoom();
      if (turn !== this.turn) return;
      Object.assign(this, { data, layer, codes, theme: readTheme(this.root) });
      if (!this.view) this.preview();
      requestAnimationFrame(() => setTimeout(() => { // once the preview is seen
        performance.mark("word-map-points"); // for the benchmark of the first map
        previewed();
      }));
      this.Plotly = await plotly;
      if (turn !== this.turn) return;
      this.mark();
      await this.drawField();
      if (turn !== this.turn) return;
      this.followFocus();
      this.refresh();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  leave() {
    this.turn += 1;
    this.leaving.abort();
    this.remember();
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    if (this.Plotly) this.Plotly.purge(this.gd); // browsers allow few WebGL contexts
    this.root.remove();
  }

  fail(error) {
    console.warn("word map:", error);
    this.root.dataset.error = "true";
    this.notice.hidden = false;
    this.notice.textContent = hasWebGL()
      ? "The map could not be loaded. Reload the page to try again; the tables show the same words."
      : "This browser draws no WebGL, which the map needs. The tables show the same words.";
  }

  // --- the field of points

  /** What can be shown before Plotly is here. */
  preview() {
    const { data, layer, codes } = this;
    if (layer.dimensions !== 2 || data.only || selections.get(data.key)?.length) return;
    const view = views.get(this.slotOf()) ?? data.view ?? homeOf(layer);
    const scale = this.fitCanvas();
    drawPreview(this.over.getContext("2d"), { layer, codes, colours: data.colours, view, size: this.size(), scale });
    fillLegend(this.legend, [{ text: "Loading the map" }]);
    this.notice.hidden = true;
    this.root.dataset.preview = "true";
  }

  /** The name under which the view is remembered. */
  slotOf() {
    return `${this.data.key} ${this.data.frame} ${this.layer.dimensions}`;
  }

  async drawField() {
    const { Plotly, gd, data, layer } = this;
    const slot = this.slotOf();
    const stays = slot === this.slot && this.view;
    const singled = this.singledOut();
    const drawing = JSON.stringify([layer.id, data.colours, singled?.why, singled?.rows, this.theme]);
    if (stays && drawing === this.drawing) return;
    if (!stays) this.remember();
    const view = stays ? this.view.state() : views.get(slot) ?? data.view ?? homeOf(layer);
    const traces = tracesOf({ layer, codes: this.codes, colours: data.colours, singled: singled?.rows, why: singled?.why });
    const dragmode = stays ? this.view.dragmode() : layer.dimensions === 2 ? "pan" : "orbit";
    const layout = layoutOf({ layer, view, dragmode, theme: this.theme, size: this.size(), revision: slot, selectionCount: this.selectionCount });
    Object.assign(this, { slot, drawing, rows: singled?.why === "only" ? singled.rows : everyRow(layer.count) });
    if (stays) {
      await Plotly.react(gd, traces, layout);
      this.view.layer = layer;
    } else {
      Plotly.purge(gd);
      await Plotly.newPlot(gd, traces, layout, this.config());
      this.view = createView(Plotly, gd, layer);
      this.listenToPlot();
    }
    this.signature = null;
    this.root.dataset.points = String(layer.count);
    this.root.dataset.dimensions = String(layer.dimensions);
  }

  /** The rows that keep their strength while the others fade, and why; null for all. */
  singledOut() {
    const { data, layer } = this;
    const chosen = this.rowsOf(selections.get(data.key) ?? []);
    if (chosen.length) return { rows: chosen, why: "selected" };
    if (data.only) return { rows: this.rowsOf(data.only).sort((a, b) => a - b), why: "only" };
    return null;
  }

  rowsOf(words) {
    return words.map((word) => this.layer.index.get(word)).filter((row) => row !== undefined);
  }

  config() {
    return configOf({
      Plotly: this.Plotly, flat: this.layer.dimensions === 2,
      zoom: (factor) => this.move("zoom", factor), home: () => this.goHome(), save: () => this.save(),
    });
  }

  // --- marked words, labels and legend

  /** Resolve the words that Python wants marked into rows; words that are not on the map stay out. */
  mark() {
    const { data } = this;
    const marks = new Map();
    const add = (words, look) => this.rowsOf(words).forEach((row) => {
      if (!marks.has(row)) marks.set(row, { row, ...look });
    });
    add(data.query, { shape: "circle", colour: BLUE, radius: 7 });
    this.focusRow = this.layer.index.get(data.focus) ?? null;
    if (data.focus) add([data.focus], { shape: null, radius: 10 });
    add(data.neighbours, { shape: "diamond", colour: ORANGE, radius: 5.5 });
    data.groups.forEach(({ words, colour }, i) => add(words, { shape: groupShape(i), colour, radius: 5.5 }));
    this.marks = [...marks.values()];
    const [only, ...others] = this.rowsOf(data.query);
    const one = only !== undefined && others.length === 0;
    this.links = one ? this.rowsOf(data.neighbours).filter((row) => row !== only).map((row) => [only, row, ORANGE]) : [];
  }

  refresh() {
    this.entries = this.legendEntries();
    fillLegend(this.legend, this.entries);
    this.placeLabels();
    this.paint();
    this.notice.hidden = true;
    delete this.root.dataset.preview;
    delete this.root.dataset.error;
    this.root.dataset.ready = "true";
    this.root.dataset.query = this.data.query.join(" ");
    this.root.dataset.marks = String(this.marks.length);
  }

  legendEntries() {
    const { data } = this;
    const chosen = selections.get(data.key)?.length ?? 0;
    const asked = data.query.length === 1 ? shortened(data.query[0]) : "words asked about";
    const { kind, names = [], palette = [], ...ramp } = data.colours;
    return [
      ...(chosen ? [{ text: `${chosen.toLocaleString("en-GB")} selected: clear`, click: () => this.select([]) }] : []),
      ...(data.query.length ? [{ shape: "circle", colour: BLUE, text: asked }] : []),
      ...(data.neighbours.length ? [{ shape: "diamond", colour: ORANGE, text: "neighbours" }] : []),
      ...data.groups.map(({ name, colour }, i) => ({ shape: groupShape(i), colour, text: name })),
      ...names.map((name, i) => ({ shape: "dot", colour: palette[i], text: name })),
      ...(kind === "continuous" ? [{ text: ramp.title, low: ramp.low, high: ramp.high, ramp }] : []),
    ];
  }

  placeLabels() {
    const { layer, view, marks, data } = this;
    const size = this.size();
    const bar = this.gd.querySelector(".modebar")?.getBoundingClientRect();
    const edge = this.stage.getBoundingClientRect();
    const taken = bar ? [{ left: bar.left - edge.left, right: size.width, top: 0, bottom: bar.bottom - edge.top }] : [];
    this.labels = placeLabels({
      layer, marks, size, taken, screen: this.screen(), visible: this.rows, family: this.theme.font,
      count: data.labelCount, zoomed: view.zoomed(), context: this.over.getContext("2d"),
    });
    this.placed = true;
    this.root.dataset.labels = String(this.labels.length);
    this.remember();
  }

  paint(context = this.over.getContext("2d"), scale = this.fitCanvas()) {
    const plain = this.marks.filter((mark) => !mark.shape).map(({ row }) => row); // the focus, if not the query
    const rings = this.hovered === null ? plain : [...plain, this.hovered];
    paint(context, {
      scale, rings, size: this.size(), project: this.view.projector(), links: this.links,
      marks: this.marks.filter((mark) => mark.shape).reverse(), labels: this.labels, theme: this.theme,
    });
  }

  fitCanvas() {
    const { width, height } = this.size();
    const scale = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.over.width !== across || this.over.height !== down) Object.assign(this.over, { width: across, height: down });
    return scale;
  }

  size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  /** Pixels of all words, computed once for every state of the view. */
  screen() {
    const signature = this.view.signature();
    if (this.screenOf?.signature === signature && this.screenOf.layer === this.layer) return this.screenOf;
    const { count } = this.layer;
    const [x, y, project, out] = [new Float32Array(count), new Float32Array(count), this.view.projector(), [0, 0]];
    for (let row = 0; row < count; row += 1) {
      project(row, out);
      [x[row], y[row]] = out;
    }
    this.screenOf = { signature, x, y, layer: this.layer };
    return this.screenOf;
  }

  // --- the view moves

  /** Follow the view until it rests. Plotly's own events come at the end of a gesture only. */
  wake() {
    this.stirred = performance.now();
    this.frame ??= requestAnimationFrame(() => this.tick());
  }

  tick() {
    this.frame = null;
    if (!this.view) return;
    const signature = this.view.signature();
    const now = performance.now();
    if (signature !== this.signature) {
      Object.assign(this, { signature, stirred: now, placed: false });
      this.paint();
    } else if (!this.placed && now - this.stirred > LINGER) {
      this.placeLabels();
      this.paint();
    }
    if (now - this.stirred < 600) this.frame = requestAnimationFrame(() => this.tick());
  }

  async move(how, ...args) {
    if (!this.view || this.moving) return; // a held key repeats faster than a slow machine redraws
    this.moving = true;
    try {
      await this.view[how](...args);
    } finally {
      this.moving = false;
    }
    this.wake();
  }

  goHome() {
    return this.move("apply", this.view.home);
  }

  followFocus() {
    const { data } = this;
    const token = JSON.stringify(data.focusToken);
    const known = focused.get(data.key);
    focused.set(data.key, token);
    if (this.focusRow === null || token === known || token === "null") return;
    if (known === undefined && data.view) return; // a link brought its own view
    this.move("focus", this.focusRow);
  }

  remember() {
    if (!this.view || !this.slot) return;
    const state = this.view.state();
    views.set(this.slot, state);
    if (!this.leaving.signal.aborted) writeLink(this.data.frame, this.view.isHome() ? null : state);
  }

  /** Resolves once the map has a size; Plotly would take 700 pixels for a hidden place. */
  hasRoom() {
    if (this.size().width > 0) return Promise.resolve();
    return new Promise((resolve) => { this.roomFound = resolve; });
  }

  fit() {
    const { width, height } = this.size();
    if (!width || !height) return;
    this.roomFound?.();
    const drawn = this.gd._fullLayout;
    if (!this.view || (drawn.width === width && drawn.height === height)) return;
    this.view.resize({ width, height }).then(() => this.wake());
  }

  // --- what the visitor does (map_gestures.js tells which of these)

  listenToPlot() {
    ["plotly_relayout", "plotly_relayouting", "plotly_afterplot"].forEach((name) => this.gd.on(name, () => this.wake()));
    this.gd.on("plotly_selected", (event) => {
      if (!event?.range && !event?.lassoPoints) return; // not a visitor's, but our own redraw
      const rows = event.points.filter((point) => point.curveNumber === 0).map((point) => point.pointIndex);
      setTimeout(() => this.select(rows), 0); // Plotly is still at work when it tells
    });
  }

  click(row) {
    if (row !== null) this.tell.setTriggerValue("clicked", { word: this.layer.words[row], view: this.view.state() });
  }

  /** Make these rows the selection: they keep their strength, Python gets the words. */
  async select(rows) {
    const { data, layer } = this;
    const within = data.only ? new Set(this.rowsOf(data.only)) : null;
    const words = rows.filter((row) => !within || within.has(row)).sort((a, b) => a - b).map((row) => layer.words[row]);
    selections.set(data.key, words);
    this.selectionCount += 1;
    this.tell.setStateValue("selected", { words: words.slice(0, MOST_SELECTED), total: words.length, view: this.view.state() });
    this.drawing = null;
    await this.drawField();
    this.refresh();
  }

  hasSelection() {
    return Boolean(selections.get(this.data?.key)?.length);
  }

  hover(row, event) {
    if (row !== null) this.showTip(row, event);
    if (row === this.hovered) return;
    this.hovered = row;
    this.tip.hidden = row === null;
    this.root.classList.toggle("word-map-pointing", row !== null);
    if (this.view) this.paint();
  }

  showTip(row, event) {
    const { words, ranking } = this.layer;
    const rank = `number ${(ranking?.[row] ?? row + 1).toLocaleString("en-GB")} by frequency`;
    const group = this.data.colours.names?.[this.codes?.[row]];
    this.tip.replaceChildren(element("b", "", { textContent: shortened(words[row], 80) }), group ? `${rank} · ${group}` : rank);
    const { x, y, width, height } = this.local(event);
    const [toLeft, upwards] = [x > width / 2, y > height - 80];
    Object.assign(this.tip.style, {
      left: toLeft ? "" : `${x + 14}px`, right: toLeft ? `${width - x + 14}px` : "",
      top: upwards ? "" : `${y + 10}px`, bottom: upwards ? `${height - y + 10}px` : "",
    });
  }

  /** The row under the pointer, or null; a marked word wins over the field behind it. */
  nearest(event) {
    if (!this.view) return null;
    const { x: atX, y: atY } = this.local(event);
    const { x, y } = this.screen();
    const closest = (rows) => {
      let [best, found] = [REACH * REACH, null];
      for (const row of rows) {
        const far = (x[row] - atX) ** 2 + (y[row] - atY) ** 2;
        if (far < best) [best, found] = [far, row];
      }
      return found;
    };
    return closest(this.marks.map(({ row }) => row)) ?? closest(this.rows);
  }

  /** A pointer's place within the stage, and the stage's size. */
  local({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top, width, height };
  }

  clientPoint(word) {
    const row = this.layer?.index.get(word);
    if (row === undefined) return null;
    const { left, top } = this.stage.getBoundingClientRect();
    const { x, y } = this.screen();
    return { x: left + x[row], y: top + y[row] };
  }

  save() {
    return savePicture({
      Plotly: this.Plotly, gd: this.gd, theme: this.theme, size: this.size(), entries: this.entries,
      name: this.data.fileName, paintOn: (context, scale) => this.paint(context, scale),
    });
  }
}

function element(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className, ...properties });
}

const groupShape = (i) => GROUP_SHAPES[i % GROUP_SHAPES.length];
const everyRow = (count) => Uint32Array.from({ length: count }, (_, row) => row);

function hasWebGL() {
  return Boolean(document.createElement("canvas").getContext("webgl"));
}
