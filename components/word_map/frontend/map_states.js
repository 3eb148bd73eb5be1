/** The controls of a map with several states (keyframes): Play, a slider, the name of the state. */

import { prefersStill, standBetween } from "./map_motion.js";

const LONGEST = 1600; // ms from one state to the next while playing, where there are few
const SHORTEST = 350;
const WHOLE = 16000; // ms for all of them, in between
const STEP = 400; // ms to the next state with an arrow key
const MAGNET = 6; // pixels from a state within which a slider that is let go moves there
const MOST_SHOWN = 40; // letters of a name

const standing = new Map(); // key of a map -> where its visitor left the slider

export class StatesLine {
  constructor(map) {
    this.map = map;
    this.playing = false;
    this.line = make("div", { className: "word-map-states", hidden: true, inert: true, role: "group", ariaLabel: "States of the map" });
    this.button = make("button", { type: "button", className: "word-map-play", onclick: () => this.toggle() });
    this.slider = make("input", { type: "range", min: "0", step: "any", ariaLabel: "State of the map" });
    this.name = make("output", { className: "word-map-state" });
    this.line.append(this.button, this.slider, this.name);
    this.slider.addEventListener("input", () => this.drag());
    this.slider.addEventListener("change", () => this.rest());
    this.slider.addEventListener("keydown", (event) => this.press(event));
    this.tell();
  }

  /** Make room for the controls before the map is loaded. */
  announce(states) {
    this.line.hidden = !states;
  }

  /** Enable the controls: the points are drawn. */
  open() {
    this.line.inert = false;
  }

  /** Take the states of a layer. The slider stays at the state where the visitor left it, if that still exists. */
  offer(key, states, id) {
    const known = standing.get(key);
    if (!states) {
      this.stop();
      this.kept = null;
      return;
    }
    const { names, start } = states;
    const isNew = known?.id !== id || known.start !== start;
    if (this.kept === known && !isNew) return;
    this.stop();
    Object.assign(this, { key, names, heading: null });
    Object.assign(this.slider, { max: String(names.length - 1), disabled: names.length === 1 });
    this.button.disabled = names.length === 1;
    const strayed = isNew && known && known.id !== id && known.place !== known.start;
    const again = strayed ? names.indexOf(known.name) : -1;
    const place = isNew ? (again >= 0 ? again : start) : known.place;
    const isShown = this.kept?.id === id;
    this.kept = { ...(isShown ? this.kept : { place }), id, start };
    if (isShown) this.travel(place, STEP);
    else this.mark(place);
    this.longestName();
  }

  /** The positions of a layer in the current state. */
  positions(layer) {
    const { place } = this.kept ?? { place: 0 };
    if (Number.isInteger(place)) return layer.states[place];
    const out = layer.states[0].map((axis) => new Float32Array(axis.length));
    standBetween(out, layer.states, place);
    return out;
  }

  // --- events

  toggle() {
    if (this.playing) return this.stop();
    this.playing = true;
    if (this.kept.place >= this.last()) this.stand(0);
    this.tell();
    return this.playOn();
  }

  playOn() {
    const { place } = this.kept;
    if (place >= this.last()) return this.stop();
    const next = Math.floor(place) + 1;
    const ms = Math.min(LONGEST, Math.max(SHORTEST, WHOLE / this.last()));
    return this.travel(next, ms * (next - place), () => this.playOn());
  }

  stop() {
    if (this.playing) this.map.motion.stop();
    this.playing = false;
    this.tell();
  }

  drag() {
    this.stop();
    const wanted = Number(this.slider.value);
    this.put(prefersStill() ? Math.round(wanted) : wanted);
  }

  rest() {
    const place = Number(this.slider.value);
    const nearest = Math.round(place);
    const apart = this.slider.clientWidth / Math.max(1, this.last());
    if (prefersStill()) this.put(nearest);
    else if (place !== nearest && Math.abs(place - nearest) * apart < MAGNET) this.travel(nearest, STEP / 2);
  }

  press(event) {
    const from = this.heading ?? this.kept.place;
    const far = Math.max(1, Math.round(this.last() / 10));
    const next = {
      ArrowRight: Math.floor(from) + 1, ArrowUp: Math.floor(from) + 1, ArrowLeft: Math.ceil(from) - 1, ArrowDown: Math.ceil(from) - 1,
      PageUp: Math.floor(from) + far, PageDown: Math.ceil(from) - far, Home: 0, End: this.last(),
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.stop();
    this.travel(Math.min(this.last(), Math.max(0, next)), STEP);
  }

  // --- from state to state

  travel(goal, ms, then) {
    const { place: from } = this.kept;
    const still = prefersStill();
    this.heading = goal;
    this.map.motion.begin({
      ms: still && !then ? 0 : ms, goal: still ? null : this.map.layer.states[goal],
      place: (share) => this.stand(still && share < 1 ? from : from + (goal - from) * share),
      then: () => { this.heading = null; then?.(); },
    });
    this.map.placeLabels();
  }

  /** Go there with the next frame; of several calls before it the last one counts. */
  put(place) {
    this.heading = null;
    this.mark(place);
    this.map.motion.begin({ ms: 0, place: () => this.map.motion.stand(place) });
  }

  stand(place) {
    this.mark(place);
    this.map.motion.stand(place);
  }

  mark(place) {
    Object.assign(this.kept, { place, name: this.names[Math.round(place)] });
    standing.set(this.key, this.kept);
    this.slider.value = String(place);
    const [before, after] = [this.names[Math.floor(place)], this.names[Math.ceil(place)]].map(clipped);
    this.name.textContent = before === after ? before : `${before} → ${after}`;
    this.slider.ariaValueText = this.name.textContent;
  }

  last() {
    return this.names.length - 1;
  }

  tell() {
    this.button.textContent = this.playing ? "Pause" : "Play";
  }

  /** The slider must not change its length with the name. */
  longestName() {
    const longest = Math.max(...this.names.map((name) => clipped(name).length));
    this.name.style.flexBasis = `${Math.min(34, 2 * longest + 3)}ch`;
  }
}

const clipped = (name) => (name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN - 1)}…` : name);

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
