// The desk: three panes fed with JSON by the page's script. What a person asks for goes back to it
// as the parameters of the address; a post is read from its own address beside it.

import { make } from "./dom.js";
import { homePane } from "./home.js";
import { listenToKeys } from "./keys.js";
import { listPane } from "./list.js";
import { narrowPane } from "./narrow.js";
import { emptyReader, postReader } from "./reader.js";
import { speaker } from "./speech.js";
import { place, recent } from "./store.js";

const READING = "#lire=";
const desks = new WeakMap();

class Desk {
  constructor(parent) {
    this.root = make("div", { class: "desk" });
    this.spoken = make("p", { class: "sr-only", role: "status" });
    // Panels stand outside: the desk is drawn again under an open one.
    this.overlay = make("div", { class: "desk" });
    parent.append(this.root, this.overlay);
    this.openGroups = new Set();
    this.isLexiconOpen = false;
    this.isNarrowing = false;
    this.reading = null;
    this.post = null;
    this.posts = new Map();
    this.search = location.search;
    this.followHistory = (event) => this.onHistory(event);
    addEventListener("popstate", this.followHistory, true);
    this.stopKeys = listenToKeys(this);
  }

  leave() {
    removeEventListener("popstate", this.followHistory, true);
    this.stopKeys();
    this.overlay.remove();
    this.root.remove();
  }

  update(data, send) {
    const isNew = JSON.stringify(data.address) !== JSON.stringify(this.data?.address);
    const isOther = data.generation !== this.data?.generation;
    this.data = data;
    this.send = send;
    this.search = location.search;
    this.speech = speaker(data.words, data.language);
    document.querySelector(".st-key-ask")?.setAttribute("role", "search");
    if (isNew || isOther) this.posts.clear();
    if (data.kind === "answer" && data.question) recent.add(data.question);
    const wanted = this.hashOf();
    if (isNew || isOther || wanted !== this.reading) {
      this.reading = null;
      this.post = null;
    }
    this.draw();
    if (isNew) this.restorePlace();
    if (this.isWaiting) this.endWaiting();
    if (wanted && wanted !== this.reading) this.show(wanted);
  }

  // Drawing

  draw() {
    const key = this.root.contains(document.activeElement)
      ? document.activeElement.closest("[data-key]")?.dataset.key
      : null;
    const hadFocus = this.root.contains(document.activeElement);
    const scrolled = [...this.root.querySelectorAll(".found .scroll, .narrow, .reader .scroll")].map(
      (node) => [node.className, node.scrollTop],
    );
    const heading = make("h1", { class: "sr-only" }, this.speech.say("heading"));
    this.root.replaceChildren(heading, ...this.panes(), this.spoken);
    this.root.dataset.kind = this.data.kind;
    this.root.dataset.question = this.data.question;
    this.root.classList.toggle("is-reading", this.reading !== null);
    this.root.classList.toggle("is-narrowing", this.isNarrowing);
    this.root.removeAttribute("aria-busy");
    for (const [name, top] of scrolled) {
      const node = [...this.root.querySelectorAll(".scroll, .narrow")].find((one) => one.className === name);
      if (node) node.scrollTop = top;
    }
    if (hadFocus) {
      const same = key && this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
      (same ?? this.status())?.focus({ preventScroll: true });
    }
    this.root.querySelector(".found .scroll")?.addEventListener("scroll", () => this.rememberPlace(), {
      passive: true,
    });
  }

  panes() {
    if (this.data.kind === "home") return [homePane(this)];
    if (this.data.kind === "error") {
      const { text, language } = this.data.error;
      const said = make("p", { lang: language }, text);
      const heading = make("h2", {}, this.speech.say("error"));
      return [make("div", { class: "notice alert", role: "alert" }, heading, said)];
    }
    const reader = this.post ? postReader(this, this.post, this.reading) : emptyReader(this);
    return [narrowPane(this), listPane(this), reader];
  }

  status() {
    return this.root.querySelector(".count p");
  }

  announce(text) {
    this.spoken.textContent = "";
    requestAnimationFrame(() => (this.spoken.textContent = text));
  }

  toggleNarrow() {
    this.isNarrowing = !this.isNarrowing;
    this.draw();
  }

  // Asking

  go(change, { isPaging = false } = {}) {
    const wanted = { ...this.data.address, ...change };
    if (!isPaging) delete wanted.debut;
    const isOther = change.q && change.q[0] !== this.data.question;
    for (const [name, values] of Object.entries(wanted)) {
      const isForgotten = isOther && ["plus", "moins", "sans", "telquel"].includes(name);
      if (!values?.length || isForgotten) delete wanted[name];
    }
    this.isWaiting = true;
    this.root.setAttribute("aria-busy", "true");
    this.send(wanted);
  }

  // The list is another: the keyboard goes on from what is said of it, unless its control is there.
  endWaiting() {
    this.isWaiting = false;
    if (document.activeElement === document.body) this.status()?.focus({ preventScroll: true });
  }

  address(name) {
    return `/bureau/${name}`;
  }

  postAddress(doc, id) {
    const language = this.speech.language === "fr" ? {} : { lang: this.speech.language };
    return `/billet?${new URLSearchParams({ id: doc, p: id, ...language })}`;
  }

  parameters(more) {
    const kept = Object.entries(this.data.address).flatMap(([name, values]) =>
      values.map((value) => [name, value]),
    );
    const language = this.speech.language === "fr" ? [] : [["lang", this.speech.language]];
    return new URLSearchParams([...Object.entries(more), ...kept, ...language]);
  }

  async fetch(name, more) {
    try {
      const answer = await fetch(`${this.address(name)}?${this.parameters(more)}`);
      const found = await answer.json();
      if (answer.ok) return found;
      this.announce(found.error ?? this.speech.say("unreachable"));
    } catch {
      this.announce(this.speech.say("unreachable"));
    }
    return null;
  }

  // Reading

  hashOf() {
    if (!location.hash.startsWith(READING)) return null;
    try {
      return decodeURIComponent(location.hash.slice(READING.length));
    } catch {
      return null;
    }
  }

  opening(hit) {
    return (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button > 0) return;
      event.preventDefault();
      this.open(hit.id, hit.doc);
    };
  }

  // A passage that opens is one step of the history; the next one takes its place.
  open(id, doc = null) {
    this.rememberPlace();
    const address = `${location.pathname}${location.search}${READING}${encodeURIComponent(id)}`;
    if (this.reading === null) history.pushState({ desk: true }, "", address);
    else history.replaceState({ desk: true }, "", address);
    this.show(id, doc);
  }

  async show(id, doc = null) {
    const known = doc ?? this.data.hits?.find((hit) => hit.id === id)?.doc ?? id.split("#")[0];
    const before = this.reading;
    this.reading = id;
    let post = this.posts.get(known);
    if (!post) {
      post = await this.fetch("billet", { id: known, p: id });
      if (!post) {
        this.reading = before;
        return;
      }
      this.posts.set(known, post);
    }
    if (this.reading !== id) return;
    this.post = post;
    this.draw();
    this.scrollTo(this.root.querySelector(".reader .found"));
    this.reveal(id);
  }

  showPassage(id) {
    history.replaceState({ desk: true }, "", `${location.pathname}${location.search}${READING}${encodeURIComponent(id)}`);
    this.reading = id;
    this.draw();
    const found = this.root.querySelector(".reader .found");
    this.scrollTo(found);
    found?.focus({ preventScroll: true });
  }

  showComment(id) {
    const node = [...this.root.querySelectorAll("[data-comment]")].find((one) => one.dataset.comment === id);
    this.scrollTo(node);
    node?.focus({ preventScroll: true });
  }

  scrollTo(node) {
    const pane = node?.closest(".scroll");
    if (!pane) return;
    const top = node.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += top - Math.max(24, (pane.clientHeight - node.offsetHeight) / 3);
  }

  // The hit that is read stays in sight in its list.
  reveal(id) {
    const hit = [...this.root.querySelectorAll(".hit")].find((one) => one.dataset.id === id);
    const pane = hit?.closest(".scroll");
    if (!pane || !pane.clientHeight) return;
    const [one, all] = [hit.getBoundingClientRect(), pane.getBoundingClientRect()];
    if (one.top < all.top) pane.scrollTop += one.top - all.top - 8;
    else if (one.bottom > all.bottom) pane.scrollTop += one.bottom - all.bottom + 8;
  }

  close() {
    if (history.state?.desk) history.back();
    else {
      history.replaceState(null, "", `${location.pathname}${location.search}`);
      this.shut();
    }
  }

  shut() {
    const id = this.reading;
    this.reading = null;
    this.post = null;
    this.draw();
    if (id) this.root.querySelector(`[data-key="${CSS.escape(`open:${id}`)}"]`)?.focus({ preventScroll: true });
  }

  // Between two passages of one list nothing needs the server: Streamlit need not hear of it.
  onHistory(event) {
    if (!this.root.isConnected) return;
    if (location.search !== this.search) {
      this.root.setAttribute("aria-busy", "true");
      return;
    }
    event.stopImmediatePropagation();
    const wanted = this.hashOf();
    if (wanted === this.reading) return;
    if (wanted) this.show(wanted);
    else this.shut();
  }

  // Places

  rememberPlace() {
    const list = this.root.querySelector(".found .scroll");
    if (list && this.data.kind === "answer") {
      place.set(this.search, { list: list.scrollTop, page: document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0 });
    }
  }

  restorePlace() {
    const kept = place.get(location.search);
    const list = this.root.querySelector(".found .scroll");
    if (list) list.scrollTop = kept?.list ?? 0;
    const main = document.querySelector("[data-testid=stMain]");
    if (main && kept) main.scrollTop = kept.page;
  }
}

export default ({ data, parentElement, setTriggerValue }) => {
  let desk = desks.get(parentElement);
  if (!desk) {
    desk = new Desk(parentElement);
    desks.set(parentElement, desk);
  }
  desk.update(data, (wanted) => setTriggerValue("go", wanted));
  return () => {
    desk.leave();
    desks.delete(parentElement);
  };
};
