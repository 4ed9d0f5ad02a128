// The basket: what was kept, with a note for each, to read again, cite and take away.

import { button, dotted, hidden, make } from "./dom.js";
import { openCitation } from "./cite.js";
import { openExport } from "./files.js";
import { openPanel } from "./panel.js";
import { basket } from "./store.js";

const entry = (desk, one, redraw, close) => {
  const { say } = desk.speech;
  const about = hidden(` : ${one.title}`);
  const note = make("textarea", {
    rows: 2,
    "aria-label": `${say("basket.note")} : ${one.title}`,
    placeholder: say("basket.note"),
    on: { change: (event) => basket.note(one.id, event.target.value) },
  });
  note.value = one.note ?? "";
  return make(
    "li",
    { class: "kept" },
    make("p", { class: "facts" }, dotted([say(`role.${one.role}`), one.site, one.author, one.date])),
    make("h3", {}, make("bdi", {}, one.title)),
    make("p", { class: "passage", dir: "auto" }, one.text),
    note,
    make(
      "p",
      { class: "actions" },
      make("a", { href: desk.postAddress(one.doc, one.id) }, say("basket.open"), about.cloneNode(true)),
      button([say("cite"), about.cloneNode(true)], () => {
        close();
        openCitation(desk, one.id);
      }),
      button([say("basket.remove"), about], () => {
        basket.remove(one.id);
        redraw();
        desk.draw();
      }),
    ),
  );
};

export const openBasket = (desk) => {
  const { say, count } = desk.speech;
  const body = make("div");
  let dialog = null;
  const close = () => dialog.close();
  const redraw = () => {
    const kept = basket.all();
    body.replaceChildren(
      make("p", { class: "quiet" }, kept.length ? count("basket.count", kept.length) : say("basket.none")),
      make("p", { class: "quiet" }, say("basket.where")),
      kept.length
        ? make(
            "p",
            { class: "actions" },
            button(say("export"), () => {
              close();
              openExport(desk, "panier");
            }),
            button(say("basket.empty"), () => {
              basket.empty();
              redraw();
              desk.draw();
            }),
          )
        : "",
      make("ul", { class: "plain" }, kept.toReversed().map((one) => entry(desk, one, redraw, close))),
    );
  };
  redraw();
  dialog = openPanel(desk, say("basket.heading"), body);
};
