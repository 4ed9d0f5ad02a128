// The middle pane: what was found, said in one sentence, then the hits, then the way further.

import { button, hidden, make } from "./dom.js";
import { openExport } from "./files.js";
import { hitElement } from "./hit.js";
import { openBasket } from "./kept.js";
import { openSearches } from "./searches.js";
import { basket } from "./store.js";

const countLine = (desk) => {
  const { data, speech } = desk;
  const { totals, facets, offset, hits } = data;
  const shown = speech.say("shown", { first: offset + 1, last: offset + hits.length });
  return make(
    "div",
    { class: "count" },
    make("h2", { class: "sr-only" }, speech.say("results")),
    make(
      "p",
      { role: "status", tabindex: "-1" },
      make("strong", {}, speech.count("passages", totals.n)),
      " ",
      speech.count("documents", facets.documents),
      make("span", { class: "quiet" }, " · ", data.walk ? null : [speech.count("with_words", totals.words), " · "], shown),
    ),
  );
};

const orderChoice = (desk) => {
  const { say } = desk.speech;
  const { walk, order } = desk.data;
  const options = walk ? ["anciens", "recents"] : ["", "anciens", "recents"];
  return make(
    "label",
    { class: "order" },
    hidden(say("order")),
    make(
      "select",
      {
        "data-key": "order",
        on: { change: (event) => desk.go({ tri: event.target.value ? [event.target.value] : null }) },
      },
      options.map((value) =>
        make(
          "option",
          { value, selected: value === (order || (walk ? "anciens" : "")) },
          say(`order.${value || "relevance"}`),
        ),
      ),
    ),
  );
};

export const tools = (desk) => {
  const { say } = desk.speech;
  const kept = basket.all().length;
  return make(
    "div",
    { class: "tools" },
    desk.data.kind === "answer" ? orderChoice(desk) : null,
    button(say("export"), () => openExport(desk), { "data-key": "export" }),
    button(say("searches"), () => openSearches(desk), { "data-key": "searches" }),
    button([say("basket"), " ", make("span", { class: "n" }, String(kept))], () => openBasket(desk), {
      "data-key": "basket",
    }),
  );
};

const chips = (desk) => {
  const { facets } = desk.data;
  const { say } = desk.speech;
  const made = [];
  const chip = (label, change) =>
    made.push(
      button(["✕ ", make("bdi", {}, label)], () => desk.go(change), {
        class: "chip",
        "aria-label": say("remove", { what: label }),
      }),
    );
  for (const group of facets.groups) {
    for (const one of group.values.filter((value) => value.on)) {
      const others = group.values.filter((value) => value.on && value !== one);
      chip(one.label, { [group.name]: others.map((value) => value.value) });
    }
  }
  const { from, to, only_undated } = facets.years;
  if (from || to) {
    const label = from && from === to ? from : from && to ? `${from}–${to}` : null;
    const one = from ? say("since", { year: from }) : say("until", { year: to });
    chip(label ?? one, { apres: null, avant: null });
  }
  if (only_undated) chip(say("undated"), { sansdate: null });
  return made.length ? make("div", { class: "chips" }, make("span", {}, say("active")), made) : null;
};

const forms = (desk, names, key, change) =>
  names.map((form) =>
    button(desk.speech.say(key, { form }), () => desk.go({ sans: change(form) }), { class: "chip" }),
  );

const lexicon = (desk) => {
  const { say } = desk.speech;
  const { added, removed, exact } = desk.data.remarks;
  if (exact) {
    return make(
      "p",
      { class: "remark" },
      say("exact"),
      " ",
      button(say("expand"), () => desk.go({ exact: null })),
    );
  }
  if (!added.length && !removed.length) return null;
  const summary = [
    added.length ? say("added", { forms: added.join(", ") }) : null,
    removed.length ? say("removed", { forms: removed.join(", ") }) : null,
  ];
  return make(
    "details",
    { class: "remark", open: desk.isLexiconOpen, on: { toggle: (event) => (desk.isLexiconOpen = event.target.open) } },
    make("summary", { "data-key": "lexicon" }, summary.filter(Boolean).join(" ")),
    make(
      "div",
      { class: "chips" },
      forms(desk, added, "form.remove", (form) => [...removed, form]),
      forms(desk, removed, "form.add", (form) => removed.filter((one) => one !== form)),
      added.length ? button(say("only.mine"), () => desk.go({ exact: ["true"] })) : null,
    ),
  );
};

const remarks = (desk) => {
  const { remarks: said, confident, hits } = desk.data;
  const { say } = desk.speech;
  return [
    confident === false && hits.length
      ? make(
          "div",
          { class: "notice alert", role: "alert" },
          make("strong", {}, say("not_confident")),
          " ",
          say("not_confident.detail"),
        )
      : null,
    said.corrected
      ? make(
          "p",
          { class: "remark", role: "status" },
          say("corrected"),
          " ",
          make("strong", {}, make("bdi", {}, said.corrected)),
          " ",
          button(say("as_typed"), () => desk.go({ telquel: ["true"] })),
        )
      : null,
    ...said.notices.map((text) => make("div", { class: "notice", role: "note" }, text)),
    lexicon(desk),
    said.moved
      ? make(
          "p",
          { class: "remark", role: "status" },
          said.moved,
          " ",
          button(say("forget"), () => desk.go({ plus: null, moins: null })),
        )
      : null,
  ].filter(Boolean);
};

const pages = (desk) => {
  const { offset, k, totals, hits } = desk.data;
  const { say } = desk.speech;
  const last = offset + hits.length;
  if (offset === 0 && last >= totals.n) return null;
  const to = (start) => () => desk.go({ debut: start ? [String(start)] : null }, { isPaging: true });
  return make(
    "nav",
    { class: "pages", "aria-label": say("pages") },
    button(say("previous"), to(Math.max(0, offset - k)), { disabled: offset === 0 }),
    make("span", {}, say("of", { first: offset + 1, last, n: totals.n })),
    button(say("next"), to(offset + k), { disabled: last >= totals.n }),
  );
};

const nothing = (desk) => {
  const { say } = desk.speech;
  return make(
    "div",
    { class: "notice alert", role: "alert" },
    make("h2", {}, say("none")),
    make("p", {}, say("none.detail")),
    make("ul", {}, desk.data.advice.map((line) => make("li", {}, line))),
  );
};

export const listPane = (desk) => {
  const { data, speech } = desk;
  const narrow = button(speech.say("narrow"), () => desk.toggleNarrow(), {
    class: "narrow-toggle",
    "aria-expanded": String(desk.isNarrowing),
    "aria-controls": "narrow",
    "data-key": "narrow",
  });
  const bar = make(
    "div",
    { class: "bar" },
    data.hits.length ? countLine(desk) : null,
    make("div", { class: "tools-row" }, narrow, tools(desk)),
  );
  const found = data.hits.length
    ? [
        make("ol", { class: "hits" }, data.hits.map((hit) => hitElement(desk, hit))),
        pages(desk),
        data.walk ? null : make("p", { class: "legend quiet" }, speech.say("legend")),
      ]
    : [nothing(desk)];
  return make(
    "section",
    { class: "found", "aria-label": speech.say("results") },
    bar,
    make("div", { class: "scroll", tabindex: "-1" }, chips(desk), remarks(desk), found.filter(Boolean)),
  );
};
