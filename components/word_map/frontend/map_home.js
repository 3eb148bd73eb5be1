/** The first view of a map: axis ranges in 2-D, a camera in 3-D, and the geometry for both. */

export const UP = { x: 0, y: 0, z: 1 };
const HOME_DIRECTION = { x: 0.64, y: 0.64, z: 0.42 };
// A few words far out (UMAP makes islands) must not shrink all the others: the first view may leave
// out this share of them at each end. A camera sees beyond its frame, so less there.
const OUTLIERS = 0.015;
const SCENE_OUTLIERS = 0.002;
const HOME_MARGIN = 0.06;
const SCENE_MARGIN = 1 / 32; // Plotly cuts off what lies outside of a scene's ranges

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

export function scaledBy(ranges) {
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

export const span = ([low, high]) => high - low;
export const middle = ([low, high]) => (low + high) / 2;
export const length = ({ x, y, z }) => Math.hypot(x, y, z);
export const difference = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });
export const sum = (a, b, times) => ({ x: a.x + b.x * times, y: a.y + b.y * times, z: a.z + b.z * times });

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
