// Every format, for the list, for all that answers, or for the basket, with the rows of each.

import { button, hidden, make } from "./dom.js";
import { openPanel } from "./panel.js";
import { basket } from "./store.js";

const STYLES = ["iso690", "iso690-note", "udem-apa", "apa"];

const subjects = (desk) => {
  const { data, speech } = desk;
  const kept = basket.all().length;
  const found =
    data.kind === "answer" && data.hits.length
      ? [
          ["liste", speech.count("export.list", data.hits.length), data.hits.length],
          ["tout", speech.count("export.all", data.totals.n), data.totals.n],
        ]
      : [];
  return [...found, ["panier", speech.count("export.basket", kept), kept]];
};

const addressOf = (desk, subject, format, style) => {
  const pairs = Object.entries(desk.data.address).flatMap(([name, values]) =>
    values.map((value) => [name, value]),
  );
  return new URLSearchParams([...pairs, ["quoi", subject], ["format", format], ["style", style]]);
};

// The basket is in the browser: its ids go in the body of a form, too many for an address.
const sendBasket = (desk, format, style) => {
  const fields = [
    ["quoi", "panier"],
    ["format", format],
    ["style", style],
    ...basket.all().map((one) => ["id", one.id]),
  ];
  const form = make(
    "form",
    { method: "post", action: desk.address("fichier"), hidden: true },
    fields.map(([name, value]) => make("input", { type: "hidden", name, value })),
  );
  desk.root.append(form);
  form.submit();
  form.remove();
};

const formatLink = (desk, chosen, format) => {
  const { say } = desk.speech;
  const label = [make("strong", {}, format.name), " ", make("span", {}, format.about)];
  const name = hidden(` (${say("export.download")})`);
  if (chosen.subject === "panier") {
    return button([...label, name], () => sendBasket(desk, format.name, chosen.style), {
      class: "format",
      disabled: basket.all().length === 0,
    });
  }
  const address = `${desk.address("fichier")}?${addressOf(desk, chosen.subject, format.name, chosen.style)}`;
  return make("a", { href: address, class: "format", download: true }, label, name);
};

export const openExport = (desk, wanted = null) => {
  const { say } = desk.speech;
  const choices = subjects(desk);
  const chosen = { subject: wanted ?? choices[0][0], style: STYLES[0] };
  const list = make("ul", { class: "formats" });
  const draw = () =>
    list.replaceChildren(
      ...desk.data.formats.map((one) => make("li", {}, formatLink(desk, chosen, one))),
    );
  const radios = choices.map(([name, label]) =>
    make(
      "label",
      { class: "choice" },
      make("input", {
        type: "radio",
        name: "quoi",
        value: name,
        checked: name === chosen.subject,
        on: {
          change: () => {
            chosen.subject = name;
            draw();
          },
        },
      }),
      label,
    ),
  );
  const style = make(
    "select",
    {
      id: "export-style",
      on: {
        change: (event) => {
          chosen.style = event.target.value;
          draw();
        },
      },
    },
    STYLES.map((name) => make("option", { value: name }, say(`style.${name}`))),
  );
  draw();
  openPanel(
    desk,
    say("export.heading"),
    make(
      "div",
      {},
      make("fieldset", {}, make("legend", {}, say("export.what")), radios),
      make("p", {}, make("label", { for: "export-style" }, say("export.style")), " ", style),
      list,
    ),
  );
};
