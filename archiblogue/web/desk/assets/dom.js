// The one place that makes elements. Text is only ever text: nothing here reads HTML, and a link
// leads to this page or to an http(s) address.

const SAFE_LINK = /^(https?:\/\/|\.\/|\/(?!\/)|[?#])/;

const setAttribute = (node, name, value) => {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "href") {
    if (SAFE_LINK.test(value)) node.setAttribute("href", value);
  } else if (!name.startsWith("on") && name !== "srcdoc" && name !== "style") {
    node.setAttribute(name, value === true ? "" : String(value));
  }
};

// An element with its attributes and children; strings become text, null is left out.
export const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
};

export const button = (label, click, attributes = {}) =>
  make("button", { type: "button", ...attributes, on: { click } }, label);

// A colour or a font of the style sheet, by its name there.
export const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const hidden = (text) => make("span", { class: "sr-only" }, text);

// A link to a source outside, in a tab of its own, which its name says.
export const outside = ({ say }, label, href) =>
  href
    ? make(
        "a",
        { href, target: "_blank", rel: "noopener noreferrer" },
        label,
        hidden(` (${say("new.tab")})`),
      )
    : null;

// Pieces of text with their marks (1: a word of the question, 2: the sentence to read first).
export const marked = (pieces) =>
  pieces.map(([text, mark]) => {
    if (!mark) return document.createTextNode(text);
    const best = mark & 2 ? "best" : null;
    return make(mark & 1 ? "mark" : "span", { class: best }, text);
  });

export const textOf = (pieces) => pieces.map(([text]) => text).join("");

// Values one after the other, a middle dot between them.
export const dotted = (values) =>
  values
    .filter((value) => value !== null && value !== undefined && value !== "")
    .flatMap((value, place) => (place ? [" · ", value] : [value]));
