// The third pane: the post at the passage, its comments beside the paragraphs that they answer, and
// at its foot what was left out and by which rule.

import { button, dotted, hidden, make, marked, outside, textOf } from "./dom.js";
import { openCitation } from "./cite.js";
import { keepButton } from "./hit.js";

const TAGS = { list_item: "li", quote: "blockquote", preformatted: "pre" };

const blockElement = (desk, block, found) =>
  make(
    TAGS[block.kind] ?? "p",
    {
      "data-id": block.id,
      dir: "auto",
      tabindex: "-1",
      id: block.id === found ? "found" : null,
      class: [block.match ? "match" : "", block.id === found ? "found" : ""].join(" ").trim() || null,
    },
    marked(block.pieces),
  );

const excerptOf = (text, most = 90) => (text.length > most ? `${text.slice(0, most).trimEnd()}…` : text);

const answersOf = (desk, comments) => {
  const { count, say } = desk.speech;
  const list = make(
    "ul",
    { class: "plain beside", hidden: true },
    comments.map((one) =>
      make(
        "li",
        {},
        make("strong", {}, make("bdi", {}, one.author)),
        " ",
        excerptOf(one.blocks.map((block) => textOf(block.pieces ?? [])).join(" "), 240),
        " ",
        button([say("read.comment"), hidden(` ${one.number}`)], () => desk.showComment(one.id), { class: "link" }),
      ),
    ),
  );
  const toggle = button(
    count("answered", comments.length),
    () => {
      list.hidden = !list.hidden;
      toggle.setAttribute("aria-expanded", String(!list.hidden));
    },
    { "aria-expanded": "false", class: "answered" },
  );
  return make("div", { class: "margin-notes" }, toggle, list);
};

// Running text: headings, paragraphs, list items together, and after each what answers it.
const prose = (desk, blocks, found, answering = new Map()) => {
  const made = [];
  let items = null;
  for (const block of blocks) {
    const isItem = block.kind === "list_item";
    if (!isItem) items = null;
    if (block.kind === "heading") {
      made.push(make("h3", {}, make("bdi", {}, block.text)));
      continue;
    }
    const node = blockElement(desk, block, found);
    if (isItem) {
      if (!items) made.push((items = make("ul")));
      items.append(node);
    } else made.push(node);
    const comments = answering.get(block.id);
    if (!comments) continue;
    const notes = answersOf(desk, comments);
    if (isItem) node.append(notes);
    else made.push(notes);
  }
  return make("div", { class: "prose" }, made);
};

const commentElement = (desk, post, comment, found) => {
  const { say } = desk.speech;
  const answered = post.blocks.find((block) => block.id && block.id === comment.answers);
  return make(
    "li",
    { class: `comment depth-${Math.min(comment.depth, 4)}`, "data-comment": comment.id, tabindex: "-1" },
    make(
      "p",
      { class: "byline" },
      dotted([
        say("number", { number: String(comment.number) }),
        comment.role === "réponse" ? make("span", { class: "badge role-réponse" }, say("role.réponse")) : null,
        make("strong", {}, make("bdi", {}, comment.author)),
        comment.iso ? make("time", { datetime: comment.iso }, comment.date) : comment.date,
        comment.parent === null ? null : say("reply_to", { number: String(comment.parent) }),
        comment.pingback ? say("pingback") : null,
      ]),
    ),
    answered
      ? make(
          "p",
          { class: "answers" },
          say("answers"),
          " ",
          button(excerptOf(textOf(answered.pieces)), () => desk.showPassage(answered.id), { class: "link" }),
        )
      : null,
    comment.blocks.length ? prose(desk, comment.blocks, found) : make("p", {}, comment.state),
  );
};

const thread = (desk, post, found) => {
  const { say, count } = desk.speech;
  const n = post.comments.length;
  const declared = post.declared;
  const announced = declared ? say("declared", { n: declared }) : "";
  if (!n) return make("p", { class: "quiet" }, say("comments.none"), " ", announced);
  return make(
    "section",
    { class: "thread" },
    make("h3", {}, count("comments", n)),
    declared !== null && declared !== n ? make("p", { class: "quiet" }, announced) : null,
    make("ol", {}, post.comments.map((one) => commentElement(desk, post, one, found))),
  );
};

const ledger = (desk, post) => {
  const { say } = desk.speech;
  if (!post.ledger.length) return null;
  return make(
    "details",
    { class: "ledger" },
    make("summary", {}, `${say("ledger")} (${post.ledger.length})`),
    make("p", {}, say("ledger.detail")),
    make(
      "ul",
      {},
      post.ledger.map((entry) =>
        make(
          "li",
          {},
          make("p", {}, make("strong", {}, entry.rule), " — ", entry.reason),
          make("blockquote", { dir: "auto" }, entry.text),
        ),
      ),
    ),
  );
};

const matchesOf = (post) =>
  [...post.blocks, ...post.comments.flatMap((one) => one.blocks)].filter((one) => one.match);

const steps = (desk, post, found) => {
  const { say } = desk.speech;
  const ids = matchesOf(post).map((one) => one.id);
  const at = ids.indexOf(found);
  if (ids.length < 2 && at >= 0) return null;
  if (!ids.length) return null;
  const to = (place) => () => desk.showPassage(ids[(place + ids.length) % ids.length]);
  const where = at < 0 ? String(ids.length) : `${at + 1}/${ids.length}`;
  return make(
    "div",
    { class: "steps", role: "group", "aria-label": say("matches") },
    button("↑", to(at < 0 ? ids.length - 1 : at - 1), { "aria-label": say("match.previous") }),
    make("span", { "aria-live": "polite" }, hidden(`${say("matches")} `), where),
    button("↓", to(at + 1), { "aria-label": say("match.next") }),
  );
};

const head = (desk, post, found) => {
  const { say } = desk.speech;
  const passage = desk.data.hits?.find((hit) => hit.id === found) ?? { ...post, id: found, rank: "" };
  const block = [...post.blocks, ...post.comments.flatMap((one) => one.blocks)].find((one) => one.id === found);
  return make(
    "div",
    { class: "reader-bar" },
    button(`← ${say("back")}`, () => desk.close(), { class: "back" }),
    steps(desk, post, found),
    keepButton(desk, { role: "billet", ...passage }, block ? textOf(block.pieces) : "", () => desk.draw()),
    button(say("cite"), () => openCitation(desk, found)),
    make("a", { href: desk.postAddress(post.doc, found), class: "address" }, say("address")),
  );
};

export const emptyReader = (desk) =>
  make(
    "section",
    { class: "reader", "aria-label": desk.speech.say("post") },
    make("p", { class: "quiet hint" }, desk.speech.say("reader.hint")),
  );

export const postReader = (desk, post, found) => {
  const { say } = desk.speech;
  const answering = new Map();
  for (const one of post.comments) {
    if (!one.answers) continue;
    answering.set(one.answers, [...(answering.get(one.answers) ?? []), one]);
  }
  const byline = dotted([
    make("bdi", {}, post.author),
    post.iso ? make("time", { datetime: post.iso }, post.date) : post.date,
    post.site ? make("bdi", {}, post.site) : null,
  ]);
  return make(
    "section",
    { class: "reader", "aria-label": say("post") },
    head(desk, post, found),
    make(
      "div",
      { class: "scroll post", tabindex: "-1" },
      make("h2", {}, make("bdi", {}, post.title)),
      make("p", { class: "byline" }, byline),
      make(
        "p",
        { class: "source" },
        outside(desk.speech, say("source"), post.url) ?? say("path", { path: post.path }),
      ),
      post.labels.map((one) => make("p", { class: "labels" }, make("strong", {}, one.name), " ", one.values.join(", "))),
      prose(desk, post.blocks, found, answering),
      thread(desk, post, found),
      ledger(desk, post),
    ),
  );
};
