// The first pane: what narrows the search. A number beside a value is what its click gives.

import { choice } from "./choice.js";
import { button, make } from "./dom.js";
import { histogram } from "./histogram.js";

const FIRST_SHOWN = 8;

const valueButton = (desk, group, one) => {
  const chosen = group.values.filter((value) => value.on).map((value) => value.value);
  const after = one.on ? chosen.filter((value) => value !== one.value) : [...chosen, one.value];
  return make(
    "li",
    {},
    button(
      [
        make("bdi", { class: "label" }, one.label),
        " ",
        make("span", { class: "n" }, desk.speech.number(one.n)),
      ],
      () => desk.go({ [group.name]: after }),
      { "aria-pressed": String(one.on), "data-key": `facet:${group.name}:${one.value}` },
    ),
  );
};

const groupSection = (desk, group) => {
  const { say, count } = desk.speech;
  if (!group.values.length) return null;
  const isOpen = desk.openGroups.has(group.name);
  const shown = isOpen ? group.values : group.values.slice(0, FIRST_SHOWN);
  const more = group.values.length - FIRST_SHOWN;
  return make(
    "section",
    { class: "group" },
    make("h3", {}, say(`facet.${group.name}`)),
    make("ul", { class: "plain values" }, shown.map((one) => valueButton(desk, group, one))),
    more > 0
      ? button(
          isOpen ? say("fewer") : count("others", more),
          () => {
            if (isOpen) desk.openGroups.delete(group.name);
            else desk.openGroups.add(group.name);
            desk.draw();
          },
          { "aria-expanded": String(isOpen), class: "quiet", "data-key": `more:${group.name}` },
        )
      : null,
    group.others ? make("p", { class: "quiet" }, count("beyond", group.others)) : null,
    group.unknown ? make("p", { class: "quiet" }, count("unknown", group.unknown)) : null,
  );
};

const settings = (desk) => {
  const { data, speech } = desk;
  const { say } = speech;
  const exact = make("input", {
    type: "checkbox",
    checked: !data.expand,
    "data-key": "exact",
    on: { change: (event) => desk.go({ exact: event.target.checked ? ["true"] : null }) },
  });
  const modes = ["hybrid", "dense", "lexical"];
  return make(
    "section",
    { class: "group" },
    make("h3", {}, say("settings")),
    choice(desk, say("mode"), "mode", modes, data.mode, (value) => say(`mode.${value}`)),
    choice(desk, say("k"), "k", data.choices.k, data.k, String),
    make("label", { class: "choice" }, exact, " ", say("exact.choice")),
    button(
      say("clear"),
      () =>
        desk.go(
          Object.fromEntries(
            Object.keys(data.address)
              .filter((name) => name !== "q")
              .map((name) => [name, null]),
          ),
        ),
      { "data-key": "clear" },
    ),
  );
};

export const narrowPane = (desk) => {
  const { say } = desk.speech;
  return make(
    "aside",
    { class: "narrow", id: "narrow", "aria-label": say("narrow") },
    make("h2", {}, say("narrow")),
    make("p", { class: "quiet" }, say("narrow.basis")),
    histogram(desk),
    desk.data.facets.groups.map((group) => groupSection(desk, group)).filter(Boolean),
    settings(desk),
  );
};
