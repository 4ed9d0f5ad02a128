// The canvas of the map: points, names of regions, moved and enlarged by hand or by buttons.

import { make, variable } from "./dom.js";

const REACH = 10;
const MOST_SCALE = 40;
const MARGIN = 18;
const N_NAMED = 3;
const FADED = 0.07;

// The numbers of an array in base64.
export const unpack = (text, Type) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return new Type(bytes.buffer);
};

class Plane {
  constructor(speech, found, heard) {
    const { points } = found;
    this.found = found;
    this.heard = heard;
    this.key = unpack(points.key, Uint32Array);
    this.x = Float32Array.from(unpack(points.x, Uint16Array), (one) => one / 65535);
    this.y = Float32Array.from(unpack(points.y, Uint16Array), (one) => one / 65535);
    this.codes = Object.fromEntries(
      ["region", "role", "site", "year"].map((name) => [name, unpack(points[name], Uint8Array)]),
    );
    this.view = { scale: 1, x: 0.5, y: 0.5 };
    this.kept = null;
    this.chosen = null;
    const label = speech.say("canvas", { n: found.n, regions: found.regions.length });
    this.canvas = make("canvas", { role: "img", "aria-label": label });
    this.tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.element = make("div", { class: "plane" }, this.canvas, this.tip);
    this.listen();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.element);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.follow = () => this.draw();
    this.dark.addEventListener("change", this.follow);
  }

  leave() {
    this.sizes.disconnect();
    this.dark.removeEventListener("change", this.follow);
  }

  resize() {
    const { clientWidth, clientHeight } = this.element;
    const ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.ratio = ratio;
    this.draw();
  }

  colour(colouring) {
    this.colouring = colouring;
    this.places = grouped(this.codes[colouring.field]);
    this.kept = null;
    this.draw();
  }

  only(code) {
    this.kept = code;
    this.draw();
  }

  zoom(by) {
    this.view.scale = Math.min(MOST_SCALE, Math.max(1, this.view.scale * by));
    this.bound();
    this.draw();
  }

  whole() {
    this.view = { scale: 1, x: 0.5, y: 0.5 };
    this.canvas.style.touchAction = "pan-y";
    this.draw();
  }

  // A region fills the canvas, and its passages alone are in colour.
  show(number) {
    const own = [...this.codes.region.keys()].filter((at) => this.codes.region[at] === number);
    const [xs, ys] = [this.x, this.y].map((all) => own.map((at) => all[at]).sort((one, other) => one - other));
    const span = (all) => all[Math.floor(0.95 * (all.length - 1))] - all[Math.floor(0.05 * (all.length - 1))];
    const middle = (all) => all[Math.floor(all.length / 2)];
    this.view = {
      scale: Math.min(MOST_SCALE, Math.max(1, 0.6 / Math.max(0.015, span(xs), span(ys)))),
      x: middle(xs),
      y: middle(ys),
    };
    this.bound();
    this.draw();
    this.element.scrollIntoView({ block: "nearest" });
  }

  bound() {
    const half = 0.5 / this.view.scale;
    this.view.x = Math.min(1 - half, Math.max(half, this.view.x));
    this.view.y = Math.min(1 - half, Math.max(half, this.view.y));
    this.canvas.style.touchAction = this.view.scale > 1 ? "none" : "pan-y";
  }

  // From the map to the canvas, in CSS pixels.
  frame() {
    const width = this.canvas.width / this.ratio;
    const height = this.canvas.height / this.ratio;
    const { scale, x, y } = this.view;
    const [across, down] = [(width - 2 * MARGIN) * scale, (height - 2 * MARGIN) * scale];
    return { width, height, across, down, left: width / 2 - x * across, top: height / 2 - y * down };
  }

  draw() {
    if (!this.colouring || !this.ratio) return;
    const context = this.canvas.getContext("2d");
    const { width, height, across, down, left, top } = this.frame();
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = variable("--card");
    context.fillRect(0, 0, width, height);
    const size = Math.min(6, (this.key.length > 5000 ? 1.8 : 3) * Math.sqrt(this.view.scale));
    for (const [code, places] of this.places) {
      context.globalAlpha = this.kept === null || this.kept === code ? 0.75 : FADED;
      context.fillStyle = this.colouring.colourOf(code);
      for (const at of places) {
        const px = left + this.x[at] * across;
        const py = top + this.y[at] * down;
        if (px < -size || py < -size || px > width + size || py > height + size) continue;
        context.fillRect(px - size / 2, py - size / 2, size, size);
      }
    }
    context.globalAlpha = 1;
    this.drawNames(context);
    if (this.chosen !== null) {
      context.strokeStyle = variable("--rule");
      context.lineWidth = 2.5;
      context.beginPath();
      context.arc(left + this.x[this.chosen] * across, top + this.y[this.chosen] * down, 8, 0, 7);
      context.stroke();
    }
  }

  // The largest regions first; a name that would cover another is left out until there is room.
  drawNames(context) {
    const { width, height, across, down, left, top } = this.frame();
    context.font = `600 ${width < 500 ? 11 : 13}px ${variable("--sans")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = variable("--card");
    context.fillStyle = variable("--ink");
    const boxes = [];
    for (const region of this.found.regions) {
      const text = region.words.slice(0, N_NAMED).join(" · ");
      if (!text) continue;
      const half = context.measureText(text).width / 2 + 4;
      const px = Math.min(width - half, Math.max(half, left + region.x * across));
      const py = top + region.y * down;
      if (left + region.x * across < 0 || left + region.x * across > width || py < 8 || py > height - 8) continue;
      const box = [px - half, py - 10, px + half, py + 10];
      if (boxes.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3])) continue;
      boxes.push(box);
      context.strokeText(text, px, py);
      context.fillText(text, px, py);
    }
  }

  nearest(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const { across, down, left, top } = this.frame();
    const [px, py] = [event.clientX - bounds.left, event.clientY - bounds.top];
    const codes = this.codes[this.colouring.field];
    let [best, least] = [null, REACH * REACH];
    for (let at = 0; at < this.key.length; at += 1) {
      if (this.kept !== null && codes[at] !== this.kept) continue;
      const dx = left + this.x[at] * across - px;
      const dy = top + this.y[at] * down - py;
      const far = dx * dx + dy * dy;
      if (far < least) [best, least] = [at, far];
    }
    return best;
  }

  listen() {
    const { canvas } = this;
    let start = null;
    canvas.style.touchAction = "pan-y";
    canvas.addEventListener("pointerdown", (event) => {
      start = { x: event.clientX, y: event.clientY, view: { ...this.view }, hasMoved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (start) this.drag(event, start);
      else this.point(event);
    });
    canvas.addEventListener("pointerup", (event) => {
      const isClick = start && !start.hasMoved;
      start = null;
      if (!isClick) return;
      const at = this.nearest(event);
      if (at === null) return;
      this.chosen = at;
      this.draw();
      this.heard.choose(this.key[at]);
    });
    canvas.addEventListener("pointercancel", () => (start = null));
    canvas.addEventListener("pointerleave", () => this.hide());
    canvas.addEventListener(
      "wheel",
      (event) => {
        // The wheel scrolls the page; with Ctrl, as with two fingers, it enlarges the map.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
      },
      { passive: false },
    );
    canvas.addEventListener("dblclick", () => this.zoom(1.6));
  }

  drag(event, start) {
    const { across, down } = this.frame();
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
    if (Math.hypot(dx, dy) > 4) start.hasMoved = true;
    if (!start.hasMoved) return;
    this.view.x = start.view.x - dx / across;
    this.view.y = start.view.y - dy / down;
    this.bound();
    this.hide();
    this.draw();
  }

  point(event) {
    const at = this.nearest(event);
    this.canvas.style.cursor = at === null ? "grab" : "pointer";
    if (at === this.pointed) return;
    this.pointed = at;
    this.hide();
    const key = at === null ? null : this.key[at];
    this.heard.hover(key, (facts, text) => {
      if (this.pointed !== at) return;
      const { across, down, left, top, width } = this.frame();
      const excerpt = text.length > 160 ? `${text.slice(0, 160).trimEnd()}…` : text;
      this.tip.replaceChildren(make("strong", {}, facts), make("span", { dir: "auto" }, excerpt));
      this.tip.hidden = false;
      const px = Math.min(width - this.tip.offsetWidth - 8, Math.max(8, left + this.x[at] * across + 12));
      this.tip.style.setProperty("left", `${px}px`);
      this.tip.style.setProperty("top", `${Math.max(8, top + this.y[at] * down + 14)}px`);
    });
  }

  hide() {
    this.tip.hidden = true;
  }
}

// The points of each code.
const grouped = (codes) => {
  const groups = new Map();
  for (const [at, code] of codes.entries()) {
    if (!groups.has(code)) groups.set(code, []);
    groups.get(code).push(at);
  }
  return groups;
};

export const plane = (speech, found, heard) => new Plane(speech, found, heard);
