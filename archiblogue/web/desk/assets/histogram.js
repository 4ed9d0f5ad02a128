// The years of what was found: bars to click or to drag over, two lists that say the same to the
// keyboard, and the passages without a date, which no year holds.

import { choice } from "./choice.js";
import { button, make } from "./dom.js";

const yearChoice = (desk, name, label, years, current) => {
  const { say, number } = desk.speech;
  const counts = desk.data.facets.years.counts;
  const show = (year) => {
    if (!year) return say("any_year");
    return counts[year] ? `${year} (${number(counts[year])})` : year;
  };
  return choice(desk, label, name, ["", ...years], current ?? "", show);
};

const bars = (desk, years, from, to) => {
  const { number, count } = desk.speech;
  const counts = desk.data.facets.years.counts;
  const most = Math.max(1, ...Object.values(counts));
  const isIn = (year) => (from || to ? (!from || year >= from) && (!to || year <= to) : false);
  const made = years.map((year) => {
    const n = counts[year] ?? 0;
    const bar = make("span", { class: "bar" });
    bar.style.setProperty("--share", `${Math.round((100 * n) / most)}%`);
    return make(
      "span",
      {
        class: isIn(year) ? "year in" : "year",
        "data-year": year,
        title: `${year} : ${count("passages", n)} (${number(n)})`.replace(/ \(.*\)$/, ""),
      },
      bar,
    );
  });
  const strip = make("div", { class: "bars", "aria-hidden": "true" }, made);
  const yearAt = (event) =>
    document.elementFromPoint(event.clientX, strip.getBoundingClientRect().bottom - 2)?.closest("[data-year]")
      ?.dataset.year;
  let start = null;
  const mark = (one, other) => {
    const [first, last] = [one, other].sort();
    for (const node of made) {
      node.classList.toggle("in", node.dataset.year >= first && node.dataset.year <= last);
    }
  };
  strip.addEventListener("pointerdown", (event) => {
    start = yearAt(event) ?? null;
    if (start) strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => {
    const year = start && yearAt(event);
    if (year) mark(start, year);
  });
  strip.addEventListener("pointerup", (event) => {
    if (!start) return;
    const [first, last] = [start, yearAt(event) ?? start].sort();
    start = null;
    const isSame = from === first && to === last;
    desk.go({ apres: isSame ? null : [first], avant: isSame ? null : [last], sansdate: null });
  });
  return strip;
};

export const histogram = (desk) => {
  const { years } = desk.data.facets;
  const { say, count, number } = desk.speech;
  if (years.first === null) return null;
  const all = [];
  for (let year = years.first; year <= years.last; year += 1) all.push(String(year).padStart(4, "0"));
  const undated = years.undated || years.only_undated;
  return make(
    "section",
    { class: "group years" },
    make("h3", {}, say("facet.year")),
    bars(desk, all, years.from, years.to),
    make("p", { class: "ends", "aria-hidden": "true" }, make("span", {}, all[0]), make("span", {}, all.at(-1))),
    make(
      "div",
      { class: "bounds" },
      yearChoice(desk, "apres", say("after"), all, years.from),
      yearChoice(desk, "avant", say("before"), all, years.to),
    ),
    undated
      ? button(
          [make("span", { class: "label" }, say("undated")), " ", make("span", { class: "n" }, number(years.undated))],
          () =>
            desk.go({ sansdate: years.only_undated ? null : ["true"], apres: null, avant: null }),
          { "aria-pressed": String(years.only_undated), class: "value", "data-key": "undated" },
        )
      : null,
    years.left_out ? make("p", { class: "quiet" }, count("left_out", years.left_out)) : null,
  );
};
