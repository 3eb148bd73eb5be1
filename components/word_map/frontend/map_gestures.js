/** Pointer, wheel, touch and keyboard events, and the methods of word_map.js that each one calls. */

const STILL = 4; // pixels that a pressed pointer may stray and still click
const DOUBLE = 350; // ms between the clicks of a double click
const KEYS = {
  "+": ["zoom", 1.4], "=": ["zoom", 1.4], "-": ["zoom", 1 / 1.4],
  ArrowLeft: ["pan", -0.12, 0], ArrowRight: ["pan", 0.12, 0], ArrowUp: ["pan", 0, 0.12], ArrowDown: ["pan", 0, -0.12],
};

export function listen(map, signal) {
  const { stage, root } = map;
  const on = (target, name, act, options) => target.addEventListener(name, act, { signal, ...options });
  listenForClicks(map, on);
  on(stage, "pointermove", (event) => {
    if (event.buttons) map.wake();
    map.hover(event.buttons || inToolbar(event) ? null : map.nearest(event), event);
  });
  on(stage, "pointerleave", () => map.hover(null));
  on(stage, "wheel", wheelZoom(map), { capture: true, passive: false });
  on(root, "keydown", (event) => pressKey(map, event));
  listenForPinch(map, on);
}

/** A press and a release in one place is a click, whatever the drag mode and the dimension. */
function listenForClicks(map, on) {
  let pressed = null;
  let last = -Infinity;
  on(map.stage, "pointerdown", (event) => {
    pressed = inToolbar(event) || !event.isPrimary ? null : event;
    map.wake();
  }, { capture: true });
  // Plotly covers the window while a button is down, so the release arrives anywhere.
  on(window, "pointerup", (event) => {
    const strayed = pressed && Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    const isClick = pressed && strayed <= STILL && event.button === 0;
    if (pressed) map.wake();
    pressed = null;
    if (!isClick) return;
    const again = event.timeStamp - last < DOUBLE;
    last = again ? -Infinity : event.timeStamp;
    if (again) map.goHome();
    else map.click(map.nearest(event));
  }, { capture: true });
  on(window, "pointercancel", () => { pressed = null; }, { capture: true });
}

/** In 2-D the wheel is Plotly's. In 3-D Plotly's step grows with the time a frame takes. */
function wheelZoom(map) {
  let wanted = 1;
  const step = async () => {
    const factor = wanted;
    wanted = 1;
    await map.move("zoom", factor);
    if (wanted !== 1) step();
  };
  return (event) => {
    map.wake();
    if (map.layer?.dimensions !== 3 || inToolbar(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const idle = wanted === 1;
    const notch = event.deltaMode === 1 ? 33 : 1; // lines or pixels
    wanted *= Math.exp(Math.max(-240, Math.min(240, -event.deltaY * notch)) * 0.0015);
    if (idle && !map.moving) step();
  };
}

function pressKey(map, event) {
  if (event.target !== map.root || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "0" || event.key === "Home") map.goHome();
  else if (event.key === "Escape" && map.hasSelection()) map.select([]);
  else if (KEYS[event.key]) map.move(...KEYS[event.key]);
  else return;
  event.preventDefault();
}

/** Two fingers zoom; one finger drags, which is Plotly's business. */
function listenForPinch(map, on) {
  let spread = null;
  on(map.stage, "touchmove", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    event.stopPropagation();
    const [a, b] = event.touches;
    const now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const { x, y } = map.local({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
    spread ??= now;
    if (map.moving) return; // the next move makes up for this one
    map.move("zoom", now / spread, [x, y]);
    spread = now;
  }, { capture: true, passive: false });
  on(map.stage, "touchend", () => { spread = null; });
}

const inToolbar = (event) => event.target instanceof Element && event.target.closest(".modebar") !== null;
