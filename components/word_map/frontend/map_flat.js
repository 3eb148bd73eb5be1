/**
 * The view of a 2-D map, the ranges of two axes: the pixel of each word, zoom, pan and focus. It has
 * the same methods as the view of map_scene.js, so that labels, clicks and keys work with either.
 */

import { homeOf, middle, span } from "./map_home.js";

const NEIGHBOURHOOD = 250; // words in the window that a focus opens

export class FlatView {
  constructor(Plotly, gd, layer) {
    Object.assign(this, { Plotly, gd, layer, home: homeOf(layer) });
  }

  /**
   * Take a layer of other positions. The home view changes with them, and so does a view that is at
   * home. Returns a function for the positions (an array an axis) that show the points where they were.
   */
  adopt(layer) {
    const follows = this.isHome();
    Object.assign(this, { layer, home: homeOf(layer) });
    if (!follows) return (axes) => axes;
    const before = this.state();
    this.apply(this.home);
    const after = this.state();
    return (axes) => axes.map((axis, i) => {
      const [past, present] = [before, after].map((ranges) => ranges["xy"[i]]);
      return axis.map((value) => present[0] + (value - past[0]) / span(past) * span(present));
    });
  }

  /** Ranges hold in every drawing of the same frame. */
  recast() {
    return (state) => state;
  }

  /** Changes when, and only when, a word's place on the screen may have changed. */
  signature() {
    const { xaxis, yaxis } = this.gd._fullLayout;
    return [this.layer.step, ...xaxis.range, ...yaxis.range, xaxis._length, yaxis._length].join();
  }

  /** A function (row, out) that writes the pixel into out and returns the nearness, 0 to 1. */
  projector([xs, ys] = this.layer.axes) {
    const { xaxis, yaxis } = this.gd._fullLayout;
    const [left, right] = xaxis.range.map(Number);
    const [bottom, top] = yaxis.range.map(Number);
    const perX = xaxis._length / (right - left);
    const perY = yaxis._length / (top - bottom);
    return (row, out) => {
      out[0] = xaxis._offset + (xs[row] - left) * perX;
      out[1] = yaxis._offset + (top - ys[row]) * perY;
      return 1;
    };
  }

  dragmode() {
    return this.gd._fullLayout.dragmode;
  }

  /** How many times closer than at home. */
  zoomed() {
    // At home the axis that has room to spare shows more than its extent: compare the tighter one.
    const { x, y } = this.state();
    return Math.max(span(this.home.x) / span(x), span(this.home.y) / span(y));
  }

  state() {
    const { xaxis, yaxis } = this.gd._fullLayout;
    return { x: xaxis.range.map(Number), y: yaxis.range.map(Number) };
  }

  apply({ x, y }) {
    return this.Plotly.relayout(this.gd, { "xaxis.range": [...x], "yaxis.range": [...y] });
  }

  /** Zoom by a factor (above 1 is closer), holding the given pixel still, or the middle. */
  zoom(factor, pixel) {
    const { x, y } = this.state();
    const { xaxis, yaxis } = this.gd._fullLayout;
    const acrossX = pixel ? (pixel[0] - xaxis._offset) / xaxis._length : 0.5;
    const acrossY = pixel ? 1 - (pixel[1] - yaxis._offset) / yaxis._length : 0.5;
    return this.apply({ x: scaled(x, acrossX, factor), y: scaled(y, acrossY, factor) });
  }

  /** Move by a share of the window; to the right and up are positive. */
  pan(right, up) {
    const { x, y } = this.state();
    return this.apply({ x: shifted(x, right * span(x)), y: shifted(y, up * span(y)) });
  }

  /** Another size of the map: the same scale and centre, or the whole map where that was shown. */
  resize({ width, height }) {
    const { x, y } = this.state();
    const { xaxis, yaxis } = this.gd._fullLayout;
    const widened = (range, pixels, before) => {
      const half = span(range) / 2 * pixels / before;
      return [middle(range) - half, middle(range) + half];
    };
    const ranges = this.isHome()
      ? this.home
      : { x: widened(x, width, xaxis._length), y: widened(y, height, yaxis._length) };
    return this.Plotly.relayout(this.gd, { width, height, "xaxis.range": [...ranges.x], "yaxis.range": [...ranges.y] });
  }

  isHome() {
    const { x, y } = this.state();
    const off = (range, home) => Math.abs(middle(range) - middle(home)) / span(home);
    return Math.abs(this.zoomed() - 1) < 0.01 && off(x, this.home.x) < 0.01 && off(y, this.home.y) < 0.01;
  }

  focus(row) {
    const { x, y } = this.state();
    const centre = this.layer.axes.map((axis) => axis[row]);
    const half = this.zoomed() > 1.5 ? span(y) / 2 : this.readableRadius(centre);
    const wide = half * span(x) / span(y);
    return this.apply({ x: [centre[0] - wide, centre[0] + wide], y: [centre[1] - half, centre[1] + half] });
  }

  /** Half the height of a window in which the surroundings of a point can be read. */
  readableRadius([x, y]) {
    const [xs, ys] = this.layer.axes;
    const far = xs.map((value, i) => Math.hypot(value - x, ys[i] - y)).sort();
    const wanted = far[Math.min(NEIGHBOURHOOD, far.length - 1)];
    const whole = span(this.home.y);
    return Math.min(whole / 6, Math.max(whole / 80, wanted));
  }
}

const shifted = (range, by) => range.map((value) => value + by);

function scaled(range, across, factor) {
  const still = range[0] + across * span(range);
  return range.map((value) => still + (value - still) / factor);
}
