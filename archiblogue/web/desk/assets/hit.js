// One hit of the list: a line of facts, the title, about three lines, two actions and a menu.

import { button, dotted, hidden, make, marked, outside, textOf } from "./dom.js";
import { openCitation } from "./cite.js";
import { basket } from "./store.js";

const factsLine = (hit, say) =>
  make(
    "p",
    { class: "facts" },
    make("span", { class: "rank", "aria-hidden": "true" }, String(hit.rank)),
    make("span", { class: `badge role-${hit.role}` }, say(`role.${hit.role}`)),
    dotted([
      hit.number === null ? null : say("number", { number: String(hit.number) }),
      make("bdi", { class: "author" }, hit.author),
      hit.iso ? make("time", { datetime: hit.iso }, hit.date) : make("i", {}, hit.date),
      hit.site ? make("bdi", {}, hit.site) : null,
    ]),
  );

export const keepButton = (desk, hit, text, redraw) => {
  const { say } = desk.speech;
  const isKept = basket.has(hit.id);
  return button(
    [say(isKept ? "kept" : "keep"), hidden(` ${say("the.passage", { rank: String(hit.rank ?? "") })}`)],
    () => {
      if (isKept) basket.remove(hit.id);
      else {
        const { id, doc, role, title, author, date, site } = hit;
        basket.add({ id, doc, role, title, author, date, site, text, at: new Date().toISOString() });
      }
      desk.announce(say(isKept ? "basket.removed" : "basket.added"));
      redraw();
    },
    { class: "keep", "aria-pressed": String(isKept), "data-key": `keep:${hit.id}` },
  );
};

const steering = (desk, hit, name) => {
  const { say } = desk.speech;
  const said = name === "plus" ? desk.data.plus : desk.data.minus;
  const isSaid = said.includes(hit.id);
  const others = said.filter((one) => one !== hit.id);
  const opposite = name === "plus" ? "moins" : "plus";
  const opposed = (name === "plus" ? desk.data.minus : desk.data.plus).filter((one) => one !== hit.id);
  return button(
    `${isSaid ? "✓ " : ""}${say(name)}`,
    () => desk.go({ [name]: isSaid ? others : [...others, hit.id], [opposite]: opposed }),
    { "aria-pressed": String(isSaid) },
  );
};

const nearList = (desk, hits) => {
  const { say } = desk.speech;
  if (!hits.length) return make("p", { role: "status" }, say("near.none"));
  return make(
    "ul",
    { class: "plain near", "aria-label": say("near") },
    hits.map((one) =>
      make(
        "li",
        {},
        make("p", { class: "facts" }, dotted([say(`role.${one.role}`), one.author, one.date, one.site])),
        make(
          "a",
          { href: desk.postAddress(one.doc, one.id), on: { click: desk.opening(one) } },
          make("bdi", {}, one.title),
        ),
        make("blockquote", { class: "passage", dir: "auto" }, textOf(one.pieces)),
      ),
    ),
  );
};

const menu = (desk, hit, opened) => {
  const { say } = desk.speech;
  const show = (...content) => opened.replaceChildren(...content);
  const permalink = new URL(desk.postAddress(hit.doc, hit.id), location.href).href;
  const items = [
    button(say("near"), async () => {
      const found = await desk.fetch("proches", { p: hit.id });
      if (found) show(nearList(desk, found.hits));
    }),
    hit.why.length
      ? button(say("why"), () =>
          show(make("ul", { class: "why" }, hit.why.map((line) => make("li", {}, line)))),
        )
      : null,
    // Conditions alone are no question to be moved.
    desk.data.walk ? null : steering(desk, hit, "plus"),
    desk.data.walk ? null : steering(desk, hit, "moins"),
    button(say("copy.link"), async () => {
      await navigator.clipboard?.writeText(permalink);
      desk.announce(say("copied"));
    }),
    make("a", { href: desk.postAddress(hit.doc, hit.id) }, say("whole.post")),
    outside(desk.speech, say("source"), hit.url),
  ];
  return make(
    "ul",
    { class: "menu", hidden: true, id: `menu-${hit.rank}` },
    items.filter(Boolean).map((one) => make("li", {}, one)),
  );
};

const menuButton = (desk, hit, list) => {
  const { say } = desk.speech;
  const toggle = button(
    ["⋯", hidden(say("more.actions", { rank: String(hit.rank) }))],
    () => open(list.hidden),
    { class: "more", "aria-expanded": "false", "aria-controls": `menu-${hit.rank}` },
  );
  const open = (isOpen) => {
    if (isOpen) for (const other of desk.root.querySelectorAll(".menu")) other.hidden = true;
    list.hidden = !isOpen;
    for (const one of desk.root.querySelectorAll("button.more")) {
      one.setAttribute("aria-expanded", String(one === toggle && isOpen));
    }
    if (isOpen) list.querySelector("button, a")?.focus();
  };
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    open(false);
    toggle.focus();
  });
  list.addEventListener("click", () => open(false));
  return toggle;
};

export const hitElement = (desk, hit) => {
  const { say } = desk.speech;
  const opened = make("div", { class: "opened" });
  const list = menu(desk, hit, opened);
  const link = make(
    "a",
    {
      href: desk.postAddress(hit.doc, hit.id),
      class: "open",
      "data-key": `open:${hit.id}`,
      on: { click: desk.opening(hit) },
    },
    hidden(`${hit.rank}. `),
    make("bdi", {}, hit.title),
  );
  const article = make(
    "article",
    {
      class: `hit role-${hit.role}`,
      "data-id": hit.id,
      "aria-label": say("hit.label", { rank: String(hit.rank), role: say(`role.${hit.role}`) }),
      "aria-current": desk.reading === hit.id ? "true" : null,
    },
    factsLine(hit, say),
    make("h3", {}, link),
    make("blockquote", { class: "passage", dir: "auto", lang: hit.language }, marked(hit.pieces)),
    make(
      "div",
      { class: "actions" },
      keepButton(desk, hit, textOf(hit.pieces), () => desk.draw()),
      button([say("cite"), hidden(` ${say("the.passage", { rank: String(hit.rank) })}`)], () =>
        openCitation(desk, hit.id),
      ),
      menuButton(desk, hit, list),
      list,
    ),
    opened,
  );
  // A click anywhere on the hit opens it, unless it selects text or presses a control.
  article.addEventListener("click", (event) => {
    if (event.target.closest("a, button, .menu, .opened")) return;
    if (String(getSelection())) return;
    desk.open(hit.id);
  });
  return make("li", {}, article);
};
