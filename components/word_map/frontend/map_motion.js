/**
 * Animation of the points. While they move they are drawn on the canvas over Plotly's, and Plotly's
 * own are hidden: that costs some milliseconds a frame, in Plotly ten times as much. Plotly gets the
 * new positions once all has been still for a while.
 */

const SETTLING = 400; // ms from one state of a layout to the next
const MOST_MOVED = 50000; // points; more of them jump
const REST = 700; // ms

/** One animation at a time; a newer one replaces it. The map calls step() for each frame. */
export class Motion {
  constructor(map) {
    Object.assign(this, { map, course: null, adrift: false });
  }

  /** Whether the points are drawn on the canvas. */
  get onCanvas() {
    return this.map.root.dataset.moving === "true";
  }

  /** Where the points are going, as an array an axis, if that is known. */
  get goal() {
    return this.course?.goal;
  }

  /** Take a layer: the current one, one of the same words at other positions, or another. */
  receive(layer) {
    const { map } = this;
    const past = map.layer;
    if (layer.id === past?.id) return;
    layer.axes = map.states.positions(layer);
    map.layer = layer;
    Object.assign(this, { course: null, adrift: false });
    if (map.view && map.slotOf() === map.slot && layer.source === past.source) this.settle(layer, past);
  }

  /** Move the points from their positions in `past`, a layer of the same words. */
  settle(layer, past) {
    const goal = layer.axes;
    const from = this.map.view.adopt(layer)(past.axes);
    this.put((axes) => blend(axes, from, goal, 0));
    const jumps = prefersStill() || layer.count > MOST_MOVED;
    this.begin({ ms: jumps ? 0 : SETTLING, goal, place: (share) => this.put((axes) => blend(axes, from, goal, slowingDown(share))) });
  }

  /** `place(share)` puts the points while the share goes from 0 to 1; `goal` is where to, if known. */
  begin({ ms, place, goal, then }) {
    this.course = { ms, place, goal, then, began: null };
    this.map.wake();
  }

  stop() {
    this.course = null;
  }

  /** Put the points where they are `now`; whether anything was under way. */
  step(now) {
    const { course } = this;
    if (!course) return false;
    course.began ??= now;
    const share = course.ms > 0 ? Math.min(1, (now - course.began) / course.ms) : 1;
    course.place(share);
    if (share < 1 || this.course !== course) return true;
    this.course = null;
    course.then?.();
    return true;
  }

  /** Put the points between two states of the layer: 1.5 is halfway from the second to the third. */
  stand(place) {
    this.put((axes) => standBetween(axes, this.map.layer.states, place));
  }

  put(write) {
    const { layer, root } = this.map;
    if (layer.step === 0) layer.axes = layer.axes.map((axis) => axis.slice()); // what was fetched stays as it is
    write(layer.axes);
    layer.step += 1;
    this.adrift = true;
    root.dataset.moving = "true";
  }

  /** Let Plotly draw the points again if they have been still for long enough. */
  async landAfter(still) {
    if (!this.adrift || still < REST) return;
    this.adrift = false;
    await this.map.drawField();
  }

  /** Show Plotly's points again, once it has surely drawn them. */
  async handOver() {
    if (!this.onCanvas) return;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    if (this.adrift) return; // on the way again
    delete this.map.root.dataset.moving;
    this.map.paint();
  }
}

export function prefersStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Write into `out` the positions at `place` among states. */
export function standBetween(out, states, place) {
  const before = Math.min(Math.floor(place), states.length - 1);
  const after = Math.min(before + 1, states.length - 1);
  blend(out, states[before], states[after], smooth(place - before));
}

/** Write into `out` the positions that lie by a share between `from` and `to`. */
function blend(out, from, to, share) {
  out.forEach((axis, i) => {
    const [a, b] = [from[i], to[i]];
    for (let row = 0; row < axis.length; row += 1) axis[row] = a[row] + (b[row] - a[row]) * share;
  });
}

const slowingDown = (share) => 1 - (1 - share) ** 3;
const smooth = (share) => share * share * (3 - 2 * share); // at rest at either end
