/**
 * Placement of labels: greedy, the marked words first, then the frequent ones, none over another. A
 * label keeps its offset from its point while the view moves.
 */

const FONT_SIZE = 12;
const STRONG_SIZE = 14;
const LINE = 15;
const LONGEST = 28; // letters; the rest of a very long "word" is in the tooltip
const ROOM = 4600; // square pixels a label at the overview
const LETTERS_ONLY_BELOW = 2.5; // times zoomed; from there numerals and punctuation fill what is free
const widths = new Map();

/**
 * Labels as {row, text, font, dx, dy, strong, leader}: offsets in pixels from the word's point to
 * the middle of its label.
 */
export function placeLabels({ layer, screen, marks, size, family, count, zoomed, context, taken }) {
  const crowd = new Crowd(size);
  taken.forEach((box) => crowd.add(box));
  const placed = [];
  const put = (row, strong, offsets, room) => {
    const label = measured(layer.words[row], row, strong, family, context);
    const found = crowd.firstFree(screen.x[row], screen.y[row], label, offsets, room);
    if (found) placed.push({ ...label, ...found });
  };
  marks.forEach(({ row, radius }) => {
    if (inside(screen, row, size)) crowd.add(boxAround(screen.x[row], screen.y[row], 2 * radius, 2 * radius));
  });
  marks.forEach(({ row, radius }) => {
    if (inside(screen, row, size)) put(row, true, offsetsAround(radius), 5);
  });
  const marked = new Set(marks.map(({ row }) => row));
  const limit = placed.length + limitFor(size, count, zoomed);
  // Elbow room spreads the first labels over the map; it shrinks as one comes closer.
  const room = Math.max(4, 9 / Math.sqrt(Math.max(1, zoomed)));
  const write = (lettered) => {
    for (let row = 0; row < layer.count && placed.length < limit; row += 1) {
      if (layer.lettered[row] === lettered && !marked.has(row) && inside(screen, row, size)) put(row, false, NEAR, room);
    }
  };
  write(1);
  if (zoomed > LETTERS_ONLY_BELOW) write(0);
  return placed;
}

export function fontOf(strong, family) {
  return strong ? `600 ${STRONG_SIZE}px ${family}` : `400 ${FONT_SIZE}px ${family}`;
}

export function shortened(word, longest = LONGEST) {
  const letters = Array.from(word);
  return letters.length > longest ? `${letters.slice(0, longest - 1).join("")}…` : word;
}

const NEAR = [[0, -1], [0, 1], [1, 0], [-1, 0]].map(([x, y]) => ({ x, y, reach: 3 }));

/** Close to the marker if possible, else further out on rings, with a line back to the point. */
function offsetsAround(radius) {
  const close = [[1, 0], [-1, 0], [0, -1], [0, 1], [0.7, -0.7], [-0.7, -0.7], [0.7, 0.7], [-0.7, 0.7]]
    .map(([x, y]) => ({ x, y, reach: radius + 4 }));
  const rings = [18, 32, 48, 66, 88, 112, 140].flatMap((reach) => Array.from({ length: 16 }, (_, k) => {
    const angle = (k * 5 % 16) * Math.PI / 8; // spread the tries instead of going round
    return { x: Math.cos(angle), y: Math.sin(angle), reach, leader: true };
  }));
  return [...close, ...rings];
}

function limitFor(size, count, zoomed) {
  const growth = 1 + 0.5 * Math.log2(Math.max(1, zoomed));
  const fitting = size.width * size.height / ROOM;
  return Math.round(Math.min(count, fitting) * Math.min(2, growth));
}

function measured(word, row, strong, family, context) {
  const text = shortened(word);
  const font = fontOf(strong, family);
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    if (widths.size > 20000) widths.clear();
    context.font = font;
    widths.set(key, Math.ceil(context.measureText(text).width));
  }
  return { row, text, font, strong, width: widths.get(key), height: strong ? LINE + 2 : LINE };
}

function inside(screen, row, { width, height }) {
  const x = screen.x[row], y = screen.y[row];
  return x > 2 && x < width - 2 && y > 2 && y < height - 2;
}

function boxAround(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** The boxes that are taken, in a coarse grid, so that a look-up sees only those close by. */
class Crowd {
  constructor({ width, height }) {
    Object.assign(this, { width, height, cells: new Map() });
  }

  add(box) {
    this.eachCell(box, (key) => {
      const cell = this.cells.get(key);
      if (cell) cell.push(box);
      else this.cells.set(key, [box]);
    });
  }

  /** The first offset at which the label touches nothing; it is then taken. */
  firstFree(x, y, label, offsets, room) {
    for (const offset of offsets) {
      const dx = offset.x * (offset.reach + label.width / 2 + 2);
      const dy = offset.y * (offset.reach + label.height / 2);
      const box = boxAround(x + dx, y + dy, label.width, label.height);
      if (this.holds(box) && this.free(box, room)) {
        this.add(box);
        return { dx, dy, leader: Boolean(offset.leader) };
      }
    }
    return null;
  }

  holds({ left, right, top, bottom }) {
    return left >= 2 && top >= 2 && right <= this.width - 2 && bottom <= this.height - 2;
  }

  free(box, room) {
    const wide = { left: box.left - room, right: box.right + room, top: box.top - room / 2, bottom: box.bottom + room / 2 };
    let clear = true;
    this.eachCell(wide, (key) => {
      if (clear) clear = !this.cells.get(key)?.some((other) => overlap(wide, other));
    });
    return clear;
  }

  eachCell({ left, right, top, bottom }, visit) {
    for (let column = Math.floor(left / 80); column <= Math.floor(right / 80); column += 1) {
      for (let line = Math.floor(top / 30); line <= Math.floor(bottom / 30); line += 1) visit(column * 1000 + line);
    }
  }
}

function overlap(a, b) {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}
