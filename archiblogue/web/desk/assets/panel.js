// A panel over the page: the browser's own dialog, which holds the keyboard and closes with Escape.

import { button, make } from "./dom.js";

export const openPanel = (desk, heading, content) => {
  const { say } = desk.speech;
  const title = make("h2", { id: "panel-title" }, heading);
  const close = button("✕", () => dialog.close(), { class: "close", "aria-label": say("close") });
  const dialog = make(
    "dialog",
    { class: "panel", "aria-labelledby": "panel-title" },
    make("div", { class: "panel-head" }, title, close),
    make("div", { class: "panel-body" }, content),
  );
  const key = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (key && document.activeElement === document.body) {
      desk.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  desk.overlay.append(dialog);
  dialog.showModal();
  return dialog;
};

export const copyButton = (desk, label, text) => {
  const { say } = desk.speech;
  const node = button(label, async () => {
    try {
      await navigator.clipboard.writeText(text);
      desk.announce(say("copied"));
    } catch {
      desk.announce(say("copy.refused"));
    }
  });
  return node;
};
