// The map of the archive: points on a canvas, and the same as a list of regions with their passages,
// for those who do not see it or do not point at it.

import { button, dotted, hidden, make } from "./dom.js";
import { colourings } from "./map_colours.js";
import { plane } from "./map_plane.js";
import { speaker } from "./speech.js";

const maps = new WeakMap();
const PATIENCE_MS = 120;

class ArchiveMap {
  constructor(parent) {
    this.root = make("section", { class: "desk map" });
    this.known = new Map();
    parent.append(this.root);
  }

  async update(data) {
    const stamp = `${data.generation}:${data.language}`;
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.speech = speaker(data.words, data.language);
    this.known.clear();
    const { say } = this.speech;
    this.root.setAttribute("aria-label", say("heading"));
    this.root.replaceChildren(
      make("h2", {}, say("heading")),
      make("p", { class: "legend", role: "status" }, say("drawing")),
    );
    const found = await this.fetch("");
    if (stamp !== this.stamp) return;
    if (!found) this.root.replaceChildren(make("h2", {}, say("heading")), this.failure());
    else if (!found.n) this.root.replaceChildren(make("h2", {}, say("heading")), make("p", {}, say("empty")));
    else this.draw(found);
  }

  leave() {
    this.stamp = null;
    this.plane?.leave();
    this.root.remove();
  }

  failure() {
    return make("p", { class: "notice alert", role: "alert" }, this.speech.say("unreachable"));
  }

  address(name, values = {}) {
    const language = this.speech.language === "fr" ? {} : { lang: this.speech.language };
    return `/${name}?${new URLSearchParams({ ...values, ...language })}`;
  }

  async fetch(name, values = {}) {
    try {
      const answer = await fetch(this.address(`bureau/carte${name}`, values));
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async passage(key) {
    if (!this.known.has(key)) {
      const found = await this.fetch("/passages", { cle: key });
      if (!found) return null;
      this.known.set(key, found.passages[0]);
    }
    return this.known.get(key);
  }

  draw(found) {
    const { say, count } = this.speech;
    this.colourings = colourings(this.speech, found);
    this.plane?.leave();
    this.plane = plane(this.speech, found, {
      hover: (key, show) => this.hover(key, show),
      choose: (key) => this.choose(key),
    });
    this.tools = make("div", { class: "map-tools" });
    this.card = make("div", { class: "spot", role: "status" }, make("p", { class: "quiet" }, say("hint")));
    this.root.replaceChildren(
      make("h2", {}, say("heading")),
      make("p", { class: "legend" }, count("detail", found.n, { regions: String(found.regions.length) })),
      this.tools,
      make("div", { class: "map-body" }, this.plane.element, this.card),
      this.regions(found),
    );
    this.colour("role");
  }

  colour(name) {
    const { say } = this.speech;
    const chosen = this.colourings[name];
    const hadFocus = this.tools.contains(document.activeElement);
    this.plane.colour(chosen);
    const names = Object.keys(this.colourings).map((one) =>
      button(say(`colour.${one}`), () => this.colour(one), { "aria-pressed": String(one === name) }),
    );
    this.tools.replaceChildren(
      make("div", { class: "choices", role: "group", "aria-label": say("colours") }, make("span", {}, say("colours")), names),
      chosen.legend((only) => this.plane.only(only)),
      make(
        "div",
        { class: "choices", role: "group", "aria-label": say("zoom") },
        button("+", () => this.plane.zoom(1.6), { "aria-label": say("zoom.in") }),
        button("−", () => this.plane.zoom(1 / 1.6), { "aria-label": say("zoom.out") }),
        button(say("zoom.all"), () => this.plane.whole()),
      ),
    );
    if (hadFocus) this.tools.querySelector("button[aria-pressed=true]").focus({ preventScroll: true });
  }

  hover(key, show) {
    clearTimeout(this.waiting);
    if (key === null) return;
    this.waiting = setTimeout(async () => {
      const one = await this.passage(key);
      if (one) show(dotted([one.title, one.author, one.date]).join(""), one.text);
    }, PATIENCE_MS);
  }

  async choose(key) {
    const one = await this.passage(key);
    this.card.replaceChildren(one ? this.passageElement(one, "h3") : this.failure());
  }

  passageElement(one, heading) {
    const { say } = this.speech;
    const link = make("a", { href: this.address("billet", { id: one.doc, p: one.id }) }, make("bdi", {}, one.title));
    return make(
      "div",
      { class: "map-passage" },
      make(
        "p",
        { class: "facts" },
        make("span", { class: `badge role-${one.role}` }, say(`role.${one.role}`)),
        dotted([
          make("bdi", {}, one.author),
          one.iso ? make("time", { datetime: one.iso }, one.date) : make("i", {}, one.date),
          one.site ? make("bdi", {}, one.site) : null,
        ]),
      ),
      make(heading, {}, link),
      make("blockquote", { class: "passage", dir: "auto", lang: one.language }, one.text),
    );
  }

  regions(found) {
    const { say } = this.speech;
    return make(
      "section",
      { class: "map-regions" },
      make("h3", {}, say("regions")),
      make("p", { class: "legend" }, say("regions.detail")),
      make("ol", {}, found.regions.map((one, number) => make("li", {}, this.region(one, number)))),
    );
  }

  region(one, number) {
    const { say, count } = this.speech;
    const name = one.words.length ? one.words.join(", ") : say("unnamed");
    const list = make("ul", { class: "plain" });
    const more = make("p", { class: "choices" });
    const load = async (start) => {
      const found = await this.fetch("/passages", { region: number, debut: start });
      if (!found) {
        more.replaceChildren(this.failure());
        return;
      }
      const added = found.passages.map((passage) =>
        make("li", { tabindex: "-1" }, this.passageElement(passage, "h4")),
      );
      list.append(...added);
      if (start) added[0]?.focus();
      const next = start + found.passages.length;
      const rest = found.n - next;
      more.replaceChildren(rest > 0 && found.passages.length ? button([count("more", rest), hidden(` : ${name}`)], () => load(next)) : "");
    };
    const details = make(
      "details",
      {
        on: {
          toggle: () => {
            if (details.open && !list.children.length) load(0);
          },
        },
      },
      make("summary", {}, make("bdi", {}, name), " ", make("span", { class: "n" }, count("passages", one.n))),
      make(
        "p",
        { class: "choices" },
        button([say("show"), hidden(` : ${name}`)], () => this.plane.show(number)),
        one.words.length
          ? make("a", { href: this.address("", { q: one.words.slice(0, 4).join(" ") }) }, say("search"), hidden(` : ${name}`))
          : null,
      ),
      list,
      more,
    );
    return details;
  }
}

export default ({ data, parentElement }) => {
  let map = maps.get(parentElement);
  if (!map) {
    map = new ArchiveMap(parentElement);
    maps.set(parentElement, map);
  }
  map.update(data);
  return () => {
    map.leave();
    maps.delete(parentElement);
  };
};
