// How a passage is cited: each style, and the addresses that lead to it.

import { make, outside } from "./dom.js";
import { copyButton, openPanel } from "./panel.js";

const field = (desk, label, value) =>
  value
    ? make(
        "div",
        { class: "cited" },
        make("h3", {}, label),
        make("p", { dir: "auto" }, value),
        copyButton(desk, desk.speech.say("copy"), value),
      )
    : null;

export const openCitation = async (desk, id) => {
  const { say } = desk.speech;
  const found = await desk.fetch("citation", { p: id });
  if (!found) return;
  const styles = found.styles.map((one) => field(desk, say(`style.${one.name}`), one.text));
  openPanel(
    desk,
    say("cite.heading"),
    make(
      "div",
      {},
      styles.length ? styles : make("p", {}, say("cite.none")),
      field(desk, say("cite.quote"), found.quote),
      field(desk, say("cite.permalink"), found.permalink),
      make(
        "p",
        { class: "links" },
        outside(desk.speech, say("cite.fragment"), found.fragment),
        " ",
        outside(desk.speech, say("cite.wayback"), found.wayback),
      ),
    ),
  );
};
