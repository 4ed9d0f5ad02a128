// The first visit: what the archive holds, questions from it, and a short tour that can be closed.

import { button, make } from "./dom.js";
import { tools } from "./list.js";
import { recent, seen } from "./store.js";

const TOUR = ["ask", "read", "narrow", "keep"];

const tour = (desk) => {
  const { say } = desk.speech;
  if (seen.get("tour")) return null;
  const section = make(
    "section",
    { class: "tour" },
    make("h2", {}, say("tour")),
    make("ol", {}, TOUR.map((name) => make("li", {}, say(`tour.${name}`)))),
    button(say("tour.close"), () => {
      seen.set("tour");
      section.remove();
    }),
  );
  return section;
};

const questions = (desk, heading, texts, className) =>
  texts.length
    ? make(
        "section",
        { class: className },
        make("h2", {}, heading),
        make(
          "ul",
          { class: "plain" },
          texts.map((text) => make("li", {}, button(make("bdi", {}, text), () => desk.go({ q: [text] })))),
        ),
      )
    : null;

export const homePane = (desk) => {
  const { data, speech } = desk;
  return make(
    "div",
    { class: "home" },
    make("p", { class: "census" }, data.census),
    questions(desk, data.examples.heading, data.examples.texts, "examples"),
    questions(desk, speech.say("recent"), recent.all().slice(0, 6), "examples"),
    tour(desk),
    tools(desk),
  );
};
