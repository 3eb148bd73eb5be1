/**
 * Where a word is on the screen and how the view moves, in 2-D (axis ranges) and in 3-D (camera).
 * Both views answer the same questions, so that labels, clicks and keys need not know which it is.
 */

const UP = { x: 0, y: 0, z: 1 };
const HOME_DIRECTION = { x: 0.64, y: 0.64, z: 0.42 };
// A few words far out (UMAP makes islands) must not shrink all the others: the first view may leave
// out this share of them at each end. A camera sees beyond its frame, so less there.
const OUTLIERS = 0.015;
const SCENE_OUTLIERS = 0.002;
const HOME_MARGIN = 0.06;
const SCENE_MARGIN = 1 / 32; // Plotly cuts off what lies outside of a scene's ranges
const NEIGHBOURHOOD = 250; // words in the window that a focus opens

export function createView(Plotly, gd, layer) {
  return layer.dimensions === 3 ? new SceneView(Plotly, gd, layer) : new FlatView(Plotly, gd, layer);
}

/** The view that shows the whole map in all its states, in the shape of a view's state. */
export function homeOf(layer, scene) {
  if (layer.dimensions === 3) return { camera: homeCamera(layer, scene ?? sceneOf(layer)) };
  const [x, y] = extents(layer, OUTLIERS, HOME_MARGIN);
  return { x, y };
}

/** What Plotly's scene is told of a layer; a position in it is (p - middle of the range) / unit. */
export function sceneOf(layer) {
  return scaledBy(extents(layer, 0, SCENE_MARGIN));
}

function scaledBy(ranges) {
  const unit = Math.cbrt(ranges.reduce((volume, range) => volume * span(range), 1));
  const [x, y, z] = ranges.map((range) => span(range) / unit);
  return { ranges, unit, aspectratio: { x, y, z } };
}

function homeCamera(layer, { ranges, unit }) {
  const frames = extents(layer, SCENE_OUTLIERS, HOME_MARGIN);
  const [x, y, z] = frames.map((frame, i) => (middle(frame) - middle(ranges[i])) / unit);
  const reach = Math.hypot(...frames.map((frame) => span(frame) / unit)) / 2;
  const center = { x, y, z };
  return { up: UP, center, eye: sum(center, HOME_DIRECTION, 1.6 * reach) };
}

class FlatView {
  constructor(Plotly, gd, layer) {
    Object.assign(this, { Plotly, gd, layer, home: homeOf(layer) });
  }

  /**
   * Take a layer of other positions: home follows, and with it a view that is at home. Returns a
   * function that tells from where (an array an axis) points must set out to be seen where they are.
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

class SceneView {
  constructor(Plotly, gd, layer) {
    Object.assign(this, { Plotly, gd, layer, home: homeOf(layer) });
  }

  adopt(layer) {
    const follows = this.isHome();
    const { camera: before } = this.state();
    const { ranges, unit } = this.scaling();
    Object.assign(this, { layer, home: homeOf(layer, { ranges, unit }) });
    if (!follows) return (axes) => axes;
    const { camera: after } = this.home;
    this.apply(this.home);
    this.scene.glplot.redraw(); // or the camera would be there with the next frame only
    // Seen from the same direction, what is scaled and shifted with the camera looks the same.
    const larger = length(difference(after.eye, after.center)) / length(difference(before.eye, before.center));
    return (axes) => axes.map((axis, i) => {
      const [past, present] = [before, after].map(({ center }) => middle(ranges[i]) + center["xyz"[i]] * unit);
      return axis.map((value) => present + (value - past) * larger);
    });
  }

  /** A function from a state to the one that shows the same in a drawing of `layer`, whose scene has units of its own. */
  recast(layer) {
    const [past, present] = [this.scaling(), sceneOf(layer)];
    const moved = (point) => Object.fromEntries([..."xyz"].map((name, i) => {
      const value = middle(past.ranges[i]) + point[name] * past.unit;
      return [name, (value - middle(present.ranges[i])) / present.unit];
    }));
    return ({ camera: { up, center, eye } }) => ({ camera: { up, center: moved(center), eye: moved(eye) } });
  }

  /** Ranges and unit of what is drawn. */
  scaling() {
    const { xaxis, yaxis, zaxis } = this.gd._fullLayout.scene;
    return scaledBy([xaxis, yaxis, zaxis].map(({ range }) => range.map(Number)));
  }

  get scene() {
    return this.gd._fullLayout.scene._scene;
  }

  signature() {
    const { canvas, cameraParams } = this.scene.glplot;
    const { view, projection } = cameraParams;
    return [this.layer.step, canvas.clientWidth, canvas.clientHeight, ...view, ...projection].join();
  }

  projector([xs, ys, zs] = this.layer.axes) {
    const { cameraParams } = this.scene.glplot;
    const { width, height } = this.gd._fullLayout;
    const m = product(product(cameraParams.projection, cameraParams.view), this.modelMatrix());
    const eye = this.distance();
    return (row, out) => {
      const x = xs[row], y = ys[row], z = zs[row];
      const depth = m[3] * x + m[7] * y + m[11] * z + m[15];
      out[0] = (1 + (m[0] * x + m[4] * y + m[8] * z + m[12]) / depth) * width / 2;
      out[1] = (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / depth) * height / 2;
      if (depth <= 0) out[0] = NaN; // behind the camera
      return Math.min(1, Math.max(0, 0.5 + (eye - depth) / 1.6));
    };
  }

  dragmode() {
    return this.gd._fullLayout.scene.dragmode;
  }

  zoomed() {
    const { eye, center } = this.home.camera;
    return length(difference(eye, center)) / this.distance();
  }

  state() {
    const { up, center, eye } = this.scene.getCamera();
    return { camera: { up: { ...up }, center: { ...center }, eye: { ...eye } } };
  }

  isHome() {
    const { camera } = this.state();
    return ["eye", "center"].every((part) => [..."xyz"].every((axis) =>
      Math.abs(camera[part][axis] - this.home.camera[part][axis]) < 1e-3));
  }

  apply({ camera }) {
    return this.Plotly.relayout(this.gd, { "scene.camera": structuredClone(camera) });
  }

  zoom(factor) {
    const { camera } = this.state();
    const arm = difference(camera.eye, camera.center);
    return this.apply({ camera: { ...camera, eye: sum(camera.center, arm, 1 / factor) } });
  }

  /** The arrow keys walk round the scene rather than along it. */
  pan(right, up) {
    const { camera } = this.state();
    const arm = difference(camera.eye, camera.center);
    const radius = length(arm);
    const turn = Math.atan2(arm.y, arm.x) + right * 1.5;
    const tilt = Math.min(1.5, Math.max(-1.5, Math.asin(arm.z / radius) + up * 1.5));
    const eye = {
      x: radius * Math.cos(tilt) * Math.cos(turn),
      y: radius * Math.cos(tilt) * Math.sin(turn),
      z: radius * Math.sin(tilt),
    };
    return this.apply({ camera: { ...camera, up: UP, eye: sum(camera.center, eye, 1) } });
  }

  resize({ width, height }) {
    return this.Plotly.relayout(this.gd, { width, height });
  }

  focus(row) {
    const { camera } = this.state();
    const arm = difference(camera.eye, camera.center);
    const closer = this.zoomed() > 1.5 ? 1 : 0.4;
    const center = this.scenePoint(row);
    return this.apply({ camera: { ...camera, center, eye: sum(center, arm, closer) } });
  }

  distance() {
    const { eye, center } = this.scene.getCamera();
    return length(difference(eye, center));
  }

  /** Plotly hands the GPU scaled data; the model matrix takes those into the camera's space. */
  modelMatrix() {
    const [sx, sy, sz] = this.scene.dataScale;
    return product(this.scene.glplot.cameraParams.model, [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1]);
  }

  scenePoint(row) {
    const m = this.modelMatrix();
    const [x, y, z] = this.layer.axes.map((axis) => axis[row]);
    const along = (k) => m[k] * x + m[k + 4] * y + m[k + 8] * z + m[k + 12];
    return { x: along(0), y: along(1), z: along(2) };
  }
}

const span = ([low, high]) => high - low;
const middle = ([low, high]) => (low + high) / 2;
const shifted = (range, by) => range.map((value) => value + by);
const length = ({ x, y, z }) => Math.hypot(x, y, z);
const difference = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });
const sum = (a, b, times) => ({ x: a.x + b.x * times, y: a.y + b.y * times, z: a.z + b.z * times });

function scaled(range, across, factor) {
  const still = range[0] + across * span(range);
  return range.map((value) => still + (value - still) / factor);
}

/** A range an axis that holds every state but for its outliers, with a margin. */
function extents(layer, without, margin) {
  return layer.states[0].map((_, i) => {
    const ranges = layer.states.map((axes) => extent(axes[i], without));
    const [low, high] = [Math.min(...ranges.map(([end]) => end)), Math.max(...ranges.map(([, end]) => end))];
    return [low - margin * (high - low), high + margin * (high - low)];
  });
}

/** From the lowest to the highest value, without a share of them at either end. */
function extent(values, without) {
  const sorted = Float32Array.from(values).filter(Number.isFinite).sort();
  const skipped = Math.floor(sorted.length * without);
  const [low, high] = [sorted[skipped] ?? -1, sorted[sorted.length - 1 - skipped] ?? 1];
  return high > low ? [low, high] : [low - 1, low + 1];
}

/** a * b for 4 x 4 matrices in WebGL's column order. */
function product(a, b) {
  const out = new Float64Array(16);
  for (let column = 0; column < 4; column += 1) {
    for (let row = 0; row < 4; row += 1) {
      for (let k = 0; k < 4; k += 1) out[column * 4 + row] += a[k * 4 + row] * b[column * 4 + k];
    }
  }
  return out;
}
