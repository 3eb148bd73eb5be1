/** The view of a 3-D map, a camera: the pixel of each word, zoom, pan and focus. See map_flat.js. */

import { UP, difference, homeOf, length, middle, scaledBy, sceneOf, sum } from "./map_home.js";

export class SceneView {
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
