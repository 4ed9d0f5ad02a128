// The searches: the last questions of this browser, and those saved beside the archive with what is
// new for each since it was last looked at.

import { button, dotted, make } from "./dom.js";
import { openPanel } from "./panel.js";
import { recent } from "./store.js";

const send = async (desk, fields, redraw) => {
  const body = desk.parameters(fields);
  try {
    const answer = await fetch(desk.address("recherches"), { method: "POST", body });
    const found = await answer.json();
    desk.announce(answer.ok ? desk.speech.say("searches.done") : found.error);
    redraw(answer.ok ? null : found.error);
  } catch {
    desk.announce(desk.speech.say("unreachable"));
  }
};

const saveForm = (desk, redraw) => {
  const { say } = desk.speech;
  if (desk.data.kind !== "answer") return null;
  const name = make("input", { id: "search-name", required: true, maxlength: 80 });
  name.value = "";
  return make(
    "form",
    {
      class: "save",
      on: {
        submit: (event) => {
          event.preventDefault();
          send(desk, { nom: name.value, action: "garder" }, redraw);
        },
      },
    },
    make("label", { for: "search-name" }, say("searches.name")),
    " ",
    name,
    " ",
    make("button", { type: "submit" }, say("searches.save")),
  );
};

const savedSearch = (desk, one, redraw) => {
  const { say, count } = desk.speech;
  return make(
    "li",
    { class: "kept" },
    make("h3", {}, make("a", { href: one.address }, make("bdi", {}, one.name))),
    make("p", { class: "quiet" }, dotted([one.question, say("searches.checked", { date: one.checked })])),
    make("p", {}, one.n ? count("searches.new", one.n) : say("searches.none_new")),
    make(
      "ul",
      {},
      one.hits.map((hit) =>
        make("li", {}, make("a", { href: desk.postAddress(hit.doc, hit.id) }, dotted([hit.title, hit.author, hit.date]))),
      ),
    ),
    one.n ? button(say("searches.seen"), () => send(desk, { nom: one.name, action: "vu" }, redraw)) : null,
  );
};

const recentList = (desk, close, redraw) => {
  const { say } = desk.speech;
  const asked = recent.all();
  if (!asked.length) return null;
  return make(
    "section",
    {},
    make("h3", {}, say("recent")),
    make(
      "ul",
      { class: "plain" },
      asked.map((text) =>
        make(
          "li",
          {},
          button(make("bdi", {}, text), () => {
            close();
            desk.go({ q: [text] });
          }, { class: "link" }),
        ),
      ),
    ),
    button(say("searches.forget"), () => {
      recent.empty();
      redraw();
    }),
  );
};

export const openSearches = (desk) => {
  const { say } = desk.speech;
  const body = make("div");
  const dialog = openPanel(desk, say("searches"), body);
  const close = () => dialog.close();
  const redraw = async (error = null) => {
    const found = await desk.fetch("recherches", {});
    if (!found) return;
    const saved = found.personal
      ? [
          saveForm(desk, redraw),
          error ? make("p", { role: "alert" }, error) : null,
          found.saved.length
            ? make("ul", { class: "plain" }, found.saved.map((one) => savedSearch(desk, one, redraw)))
            : make("p", { class: "quiet" }, say("searches.none")),
        ]
      : [make("p", { class: "quiet" }, say("searches.shared"))];
    body.replaceChildren(...[...saved, recentList(desk, close, redraw)].filter(Boolean));
  };
  redraw();
};
