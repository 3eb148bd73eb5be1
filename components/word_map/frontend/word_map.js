/**
 * The word map: 20,000 points in Plotly's WebGL, with marked words, labels, clicks and selection.
 *
 * Streamlit calls the default export again with every rerun that changes `data` or the theme. The
 * plot then stays where it is: points that did not change are not drawn again, and neither zoom nor
 * camera is touched, except by a new focus. Data are fetched by URL (map_data.js). This file holds
 * the life cycle of one map; the others hold geometry (home, flat, scene), labels, drawing (paint,
 * points), marks, animation (motion, states) and the figure for Plotly (figure).
 */

import { writeLink, loadCodes, loadLayer, loadPlotly, loadStyles } from "./map_data.js";
import { configOf, layoutOf, tracesOf } from "./map_figure.js";
import { FlatView } from "./map_flat.js";
import { listen } from "./map_gestures.js";
import { homeOf } from "./map_home.js";
import { placeLabels } from "./map_labels.js";
import { legendOf, marksOf, rowsOf } from "./map_marks.js";
import { Motion } from "./map_motion.js";
import { fillLegend, paint, readTheme, savePicture } from "./map_paint.js";
import { maskOf, rowAt, rowsWithin, showTip } from "./map_pointing.js";
import { clear, drawPoints, projectorOf } from "./map_points.js";
import { SceneView } from "./map_scene.js";
import { StatesLine } from "./map_states.js";

const LINGER = 140; // ms without movement before labels are placed anew
const PATIENCE = 1500; // ms in which a newer state may come where this one is gone from the server
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
    this.motion = new Motion(this);
    this.states = new StatesLine(this);
    parent.append(this.root, this.states.line);
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
    this.states.announce(data.states);
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
      Object.assign(this, { data, codes, theme: readTheme(this.root) });
      this.states.offer(data.key, data.states, layer.id);
      this.motion.receive(layer);
      if (!this.view) this.preview();
      requestAnimationFrame(() => setTimeout(() => { // once the preview is seen
        performance.mark("word-map-points"); // for the benchmark of the first map
        previewed();
      }));
      this.Plotly = await plotly;
      if (turn !== this.turn) return;
      Object.assign(this, marksOf(this.layer, data));
      await this.drawField();
      if (turn !== this.turn) return;
      this.followFocus();
      this.refresh();
    } catch (error) {
      if (this.view) await new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
      if (turn === this.turn) this.fail(error);
    }
  }

  leave() {
    this.turn += 1;
    this.leaving.abort();
    this.remember();
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.view = null; // what still waits for a frame finds nothing to draw on
    if (this.Plotly) this.Plotly.purge(this.gd); // browsers allow few WebGL contexts
    this.states.stop();
    this.states.line.remove();
    this.root.remove();
  }

  hasLeft() {
    return this.leaving.signal.aborted;
  }

  fail(error) {
    console.warn("word map:", error);
    this.root.dataset.error = "true";
    this.notice.hidden = false;
    this.notice.textContent = hasWebGL()
      ? "The map could not be loaded. Reload the page to try again; the tables show the same words."
      : "This browser draws no WebGL, which the map needs. The tables show the same words.";
  }

  // --- the points

  /** Draw what can be shown before Plotly has loaded. */
  preview() {
    const { data, layer, codes } = this;
    if (layer.dimensions !== 2 || this.hasSelection()) return;
    const project = projectorOf(layer, views.get(this.slotOf()) ?? data.view ?? homeOf(layer), this.size());
    const context = this.over.getContext("2d");
    clear(context, this.size(), this.fitCanvas());
    drawPoints(context, { layer, codes, colours: data.colours, project });
    fillLegend(this.legend, [{ text: "Loading the map" }]);
    this.notice.hidden = true;
    this.root.dataset.preview = "true";
  }

  /** The name under which the view is remembered. */
  slotOf(layer = this.layer) {
    return `${this.data.key} ${this.data.frame} ${layer.dimensions}`;
  }

  async drawField() {
    const { Plotly, gd, data, layer } = this;
    const slot = this.slotOf();
    const stays = slot === this.slot && this.view;
    // Rows that keep their strength while the others fade.
    const chosen = rowsOf(layer, selections.get(data.key) ?? []);
    this.singled = chosen.length ? chosen : null;
    if (stays && this.motion.adrift) return; // Plotly hears of it when the points rest
    const drawing = JSON.stringify([layer.id, layer.step, data.colours, this.singled, this.theme]);
    if (stays && drawing === this.drawing) return;
    if (!stays) this.remember();
    const recast = stays ? this.view.recast(layer) : null;
    const view = recast ? recast(this.view.state()) : views.get(slot) ?? data.view ?? homeOf(layer);
    const traces = tracesOf({ layer, codes: this.codes, colours: data.colours, singled: this.singled });
    const dragmode = stays ? this.view.dragmode() : layer.dimensions === 2 ? "pan" : "orbit";
    const layout = layoutOf({ layer, view, dragmode, theme: this.theme, size: this.size(), revision: slot, selectionCount: this.selectionCount });
    Object.assign(this, { slot, drawing });
    if (stays) {
      await Plotly.react(gd, traces, layout);
      if (this.hasLeft()) return;
      Object.assign(this.view, { layer, home: recast(this.view.home) });
    } else {
      this.view = null; // until Plotly knows its axes
      Plotly.purge(gd);
      await Plotly.newPlot(gd, traces, layout, this.config());
      if (this.hasLeft()) {
        Plotly.purge(gd);
        return;
      }
      this.view = new (layer.dimensions === 3 ? SceneView : FlatView)(Plotly, gd, layer);
      this.listenToPlot();
    }
    this.signature = null;
    this.root.dataset.points = String(layer.count);
    this.root.dataset.dimensions = String(layer.dimensions);
    await this.motion.handOver();
  }

  config() {
    return configOf({
      Plotly: this.Plotly, flat: this.layer.dimensions === 2,
      zoom: (factor) => this.move("zoom", factor), home: () => this.goHome(), save: () => this.save(),
    });
  }

  // --- marked words, labels and legend

  refresh() {
    this.entries = legendOf(this.data, selections.get(this.data.key)?.length ?? 0, () => this.select([]));
    fillLegend(this.legend, this.entries);
    this.placeLabels();
    this.paint();
    this.states.open();
    this.notice.hidden = true;
    delete this.root.dataset.preview;
    delete this.root.dataset.error;
    this.root.dataset.ready = "true";
    this.root.dataset.query = this.data.query.join(" ");
    this.root.dataset.marks = String(this.marks.length);
  }

  /** The positions of the words, or the goal of their animation: labels are placed for the goal. */
  placeLabels() {
    const { layer, view, marks, data } = this;
    const size = this.size();
    const bar = this.gd.querySelector(".modebar")?.getBoundingClientRect();
    const edge = this.stage.getBoundingClientRect();
    const taken = bar ? [{ left: bar.left - edge.left, right: size.width, top: 0, bottom: bar.bottom - edge.top }] : [];
    this.labels = placeLabels({
      layer, marks, size, taken, screen: this.screen(this.motion.goal), family: this.theme.font,
      count: data.labelCount, zoomed: view.zoomed(), context: this.over.getContext("2d"),
    });
    this.placed = true;
    this.root.dataset.labels = String(this.labels.length);
    this.remember();
  }

  paint(context = this.over.getContext("2d"), scale = this.fitCanvas()) {
    if (!this.view) return;
    const plain = this.marks.filter((mark) => !mark.shape).map(({ row }) => row); // the focus, if not the query
    const rings = this.hovered === null ? plain : [...plain, this.hovered];
    const { layer, codes, singled, data: { colours } } = this;
    const project = this.view.projector();
    clear(context, this.size(), scale);
    if (this.motion.onCanvas) drawPoints(context, { layer, codes, colours, singled, project });
    paint(context, {
      rings, project, links: this.links,
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

  /** Pixels of all words, where they are computed once for every state of the view. */
  screen(axes) {
    const signature = this.view.signature();
    if (!axes && this.screenOf?.signature === signature && this.screenOf.layer === this.layer) return this.screenOf;
    const { count } = this.layer;
    const [x, y, project, out] = [new Float32Array(count), new Float32Array(count), this.view.projector(axes), [0, 0]];
    for (let row = 0; row < count; row += 1) {
      project(row, out);
      [x[row], y[row]] = out;
    }
    const found = { signature, x, y, layer: this.layer };
    if (!axes) this.screenOf = found;
    return found;
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
    const now = performance.now();
    if (this.motion.step(now)) this.stirred = now;
    const signature = this.view.signature();
    const still = now - this.stirred;
    if (signature !== this.signature) {
      Object.assign(this, { signature, stirred: now, placed: false });
      this.paint();
    } else if (!this.placed && still > LINGER) {
      this.placeLabels();
      this.paint();
    } else {
      this.motion.landAfter(still);
    }
    if (this.motion.adrift || now - this.stirred < 600) this.frame = requestAnimationFrame(() => this.tick());
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
    return this.move("apply", this.view?.home);
  }

  followFocus() {
    const { data } = this;
    const token = JSON.stringify(data.focusToken);
    const known = focused.get(data.key);
    focused.set(data.key, token);
    const row = this.layer.index.get(data.focus);
    if (row === undefined || token === known || token === "null") return;
    if (known === undefined && data.view) return; // a link brought its own view
    this.move("focus", row);
  }

  remember() {
    if (!this.view || !this.slot) return;
    const state = this.view.state();
    views.set(this.slot, state);
    if (!this.hasLeft()) writeLink(this.data.frame, this.view.isHome() ? null : state);
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

  // --- what the visitor does (called by map_gestures.js)

  listenToPlot() {
    ["plotly_relayout", "plotly_relayouting", "plotly_afterplot"].forEach((name) => this.gd.on(name, () => this.wake()));
    this.gd.on("plotly_selected", (event) => {
      if (!event?.range && !event?.lassoPoints) return; // not a visitor's, but our own redraw
      const rows = rowsWithin(this.layer.axes, event);
      setTimeout(() => this.select(rows), 0); // Plotly is still at work when it tells
    });
  }

  click(row) {
    if (row !== null) this.tell.setTriggerValue("clicked", { word: this.layer.words[row] });
  }

  /** Make these rows the selection: they keep their strength, Python gets the words. */
  async select(rows) {
    const { data, layer } = this;
    const words = rows.map((row) => layer.words[row]);
    selections.set(data.key, words);
    this.selectionCount += 1;
    const more = words.length > MOST_SELECTED ? { mask: maskOf(rows, layer.words.length) } : {};
    this.tell.setStateValue("selected", { words: words.slice(0, MOST_SELECTED), total: words.length, ...more });
    this.drawing = null;
    await this.drawField();
    if (!this.hasLeft()) this.refresh();
  }

  hasSelection() {
    return Boolean(selections.get(this.data?.key)?.length);
  }

  hover(row, event) {
    const { layer, data, codes, tip } = this;
    if (row !== null) showTip(tip, { layer, row, group: data.colours.names?.[codes?.[row]], place: this.local(event) });
    if (row === this.hovered) return;
    this.hovered = row;
    this.tip.hidden = row === null;
    this.root.classList.toggle("word-map-pointing", row !== null);
    if (this.view) this.paint();
  }

  nearest(event) {
    return this.view ? rowAt(this.local(event), this.screen(), this.marks) : null;
  }

  /** A pointer's place within the stage, and the stage's size. */
  local({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top, width, height };
  }

  clientPoint(word) {
    const row = this.layer?.index.get(word);
    if (row === undefined || !this.view) return null;
    const { left, top } = this.stage.getBoundingClientRect();
    const { x, y } = this.screen();
    return { x: left + x[row], y: top + y[row] };
  }

  async save() {
    await this.motion.landAfter(Infinity);
    return savePicture({
      Plotly: this.Plotly, gd: this.gd, theme: this.theme, size: this.size(), entries: this.entries,
      name: this.data.fileName, paintOn: (context, scale) => this.paint(context, scale),
    });
  }
}

function element(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className, ...properties });
}

function hasWebGL() {
  return Boolean(document.createElement("canvas").getContext("webgl"));
}
