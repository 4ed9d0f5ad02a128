// The keyboard: j and k or the arrows from hit to hit, Enter to read, Escape to leave the post,
// n and p from match to match. Letters work inside the desk only, never in a field.

const isField = (node) => node?.closest?.("input, textarea, select, [contenteditable]") !== null;

const move = (desk, step) => {
  const links = [...desk.root.querySelectorAll(".hit a.open")];
  if (!links.length) return;
  const hit = document.activeElement?.closest?.(".hit");
  const current = hit ? hit.querySelector("a.open") : null;
  const reading = links.findIndex((one) => one.dataset.key === `open:${desk.reading}`);
  const at = current ? links.indexOf(current) : reading;
  const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
  next.focus({ preventScroll: true });
  const id = next.closest(".hit").dataset.id;
  if (desk.reading !== null && desk.root.querySelector(".reader").offsetParent) desk.open(id);
  desk.reveal(id);
};

const press = (desk, name) => desk.root.querySelector(`.steps button:${name}-of-type`)?.click();

export const listenToKeys = (desk) => {
  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const { target, key } = event;
    const isQuestion = target.closest?.(".st-key-ask") && key === "ArrowDown";
    const isInside = desk.root.contains(target) || target === document.body;
    if (!isQuestion && (!isInside || isField(target) || target.closest?.(".menu"))) return;
    const isReading = target.closest?.(".reader") ?? null;
    if (key === "j" || isQuestion || (key === "ArrowDown" && !isReading)) move(desk, 1);
    else if (key === "k" || (key === "ArrowUp" && !isReading)) move(desk, -1);
    else if (key === "n") press(desk, "last");
    else if (key === "p") press(desk, "first");
    else if (key === "Escape" && desk.reading !== null) desk.close();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
};
