// What colours the points of the map, and the legend that says it: a click keeps one value only.

import { button, make, variable } from "./dom.js";
import { unpack } from "./map_plane.js";

// Eight colours that are told apart by most, three times as dark (or as light) as the paper; the last
// is for all others.
const SITES = {
  light: ["#0b6e99", "#b4540a", "#1b7a3d", "#9a3b8f", "#8a6a00", "#c02f4f", "#4d55b8", "#6b7478"],
  dark: ["#5cb8e6", "#f0a060", "#6fcf8f", "#e09ad6", "#e0c24a", "#ff8fa3", "#a3a9ff", "#98a3a8"],
};
const ROLES = ["--post", "--comment", "--reply"];
// From the first year to the last: dark blue to orange, or pale blue to orange on dark paper.
const YEARS = {
  light: ["#3b2f8f", "#1f6fa8", "#17806a", "#7a7a00", "#c0560c"],
  dark: ["#a9a3ff", "#66c2f0", "#63d1b5", "#d6d156", "#ffa25c"],
};

const scheme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

const swatch = (colour) => {
  const node = make("span", { class: "swatch", "aria-hidden": "true" });
  node.style.setProperty("background", colour);
  return node;
};

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

const between = (stops, share) => {
  const place = share * (stops.length - 1);
  const at = Math.min(stops.length - 2, Math.floor(place));
  const [one, other] = [channels(stops[at]), channels(stops[at + 1])];
  return `rgb(${one.map((value, n) => Math.round(value + (other[n] - value) * (place - at))).join(",")})`;
};

// Values of which one may be kept alone.
const named = (speech, field, labels, counts, colourOf) => ({
  field,
  colourOf,
  legend: (only) => {
    let kept = null;
    const buttons = labels
      .map((label, code) => [label, code])
      .filter(([, code]) => counts[code])
      .map(([label, code]) =>
        button(
          [swatch(colourOf(code)), make("bdi", {}, label), " ", make("span", { class: "n" }, speech.number(counts[code]))],
          (event) => {
            kept = kept === code ? null : code;
            for (const one of buttons) one.setAttribute("aria-pressed", String(one === event.currentTarget && kept !== null));
            only(kept);
          },
          { "aria-pressed": "false" },
        ),
      );
    return make("div", { class: "choices", role: "group", "aria-label": speech.say("legend") }, buttons);
  },
});

const tally = (codes) => {
  const counts = [];
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

export const colourings = (speech, found) => {
  const { colours, points } = found;
  const codes = (field) => unpack(points[field], Uint8Array);
  const made = {
    role: named(speech, "role", colours.role, tally(codes("role")), (code) => variable(ROLES[code] ?? "--quiet")),
    site: named(speech, "site", colours.site, tally(codes("site")), (code) => {
      const palette = SITES[scheme()];
      return code === colours.site.length - 1 ? palette.at(-1) : palette[code];
    }),
  };
  const { first, last, undated } = colours.year;
  if (last === null) return made;
  const colourOf = (code) =>
    code ? between(YEARS[scheme()], last === first ? 0 : (code - 1) / (last - first)) : variable("--line");
  made.year = {
    field: "year",
    colourOf,
    legend: () => {
      const scale = make("span", { class: "scale", "aria-hidden": "true" });
      scale.style.setProperty("background", `linear-gradient(to right, ${YEARS[scheme()].join(", ")})`);
      return make("p", { class: "choices" }, String(first), scale, String(last), " ", swatch(variable("--line")), undated);
    },
  };
  return made;
};
