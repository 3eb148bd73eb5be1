/**
 * A button that saves a large file: fetched part by part, so that the server never holds it as a
 * whole, and handed to the browser's own downloads. Shows how far it is; can be stopped, and goes
 * on from there.
 */

// This module lies at <root>/_stcore/bidi-components/<component>/save_file.js.
const ROOT = new URL("../../../", import.meta.url);
const TRIES = 4;
const PAUSE = 500; // ms before the second try; twice as long each time

const buttons = new WeakMap(); // the component's element -> SaveButton

export default function render({ data, parentElement }) {
  if (!buttons.has(parentElement)) buttons.set(parentElement, new SaveButton(parentElement));
  const button = buttons.get(parentElement);
  button.show(data);
  return () => { button.leave(); buttons.delete(parentElement); };
}

class SaveButton {
  constructor(parent) {
    this.root = element("div", "save-file");
    this.button = element("button", "save-file-button", { type: "button" });
    this.state = element("span", "save-file-state");
    this.state.setAttribute("role", "status");
    this.button.addEventListener("click", () => (this.stopping ? this.stopping.abort() : this.save()));
    this.root.append(this.button, this.state);
    parent.append(this.root);
    this.parts = [];
  }

  show(data) {
    if (this.data?.url !== data.url) {
      this.stopping?.abort();
      this.parts = [];
      this.state.textContent = "";
    }
    this.data = data;
    if (!this.stopping) this.button.textContent = data.label;
  }

  leave() {
    this.stopping?.abort();
    this.root.remove();
  }

  async save() {
    const { data } = this;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    this.button.textContent = "Cancel";
    try {
      await this.fetchAll(data, signal);
      this.hand(data);
      this.state.textContent = `${megabytes(data.size)} MB are with your browser’s downloads.`;
      this.parts = [];
    } catch (error) {
      if (data.url === this.data.url) this.state.textContent = signal.aborted
        ? "Stopped. Save goes on from there."
        : `It broke off (${error.message}). Save goes on from there.`;
    }
    this.stopping = null;
    this.button.textContent = this.data.label;
  }

  async fetchAll({ url, size, part }, signal) {
    for (;;) {
      const start = this.parts.reduce((sum, blob) => sum + blob.size, 0);
      this.state.textContent = `${megabytes(start)} of ${megabytes(size)} MB`;
      if (start >= size) return;
      const blob = await fetchPart(url, start, Math.min(start + part, size), signal);
      signal.throwIfAborted();
      this.parts.push(blob);
    }
  }

  /** Give what has come to the browser's own downloads. */
  hand({ name }) {
    const whole = new Blob(this.parts, { type: "application/octet-stream" });
    const link = element("a", "", { href: URL.createObjectURL(whole), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

async function fetchPart(url, start, stop, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const headers = { Range: `bytes=${start}-${stop - 1}` };
      const answer = await fetch(new URL(url.replace(/^\//, ""), ROOT), { headers, signal, cache: "no-store" });
      if (answer.status === 404) throw new Gone("the file is no longer there: prepare it again");
      if (answer.status !== 206) throw new Error(`the server answers ${answer.status}`);
      const blob = await answer.blob();
      if (blob.size !== stop - start) throw new Error("a part came incomplete");
      return blob;
    } catch (error) {
      if (signal.aborted || error instanceof Gone || attempt === TRIES) throw error;
      await new Promise((resolve) => { setTimeout(resolve, PAUSE * 2 ** (attempt - 1)); });
    }
  }
}

class Gone extends Error {}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}

function element(tag, name, properties = {}) {
  return Object.assign(document.createElement(tag), { className: name }, properties);
}
