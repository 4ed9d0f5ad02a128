// What the page's frame does that Streamlit's widgets do not: it speaks the language of the page,
// says when the server no longer answers, and leaves the text of blogs alone.
(() => {
  const words = __WORDS__;
  const ATTRIBUTES = ["aria-label", "title", "placeholder"];
  const STATE = "data-test-connection-state";
  const PATIENCE_MS = 2500;
  const root = document.documentElement;
  const isEnglish = () => root.lang === "en";
  let wasConnected = false;
  let waiting = null;

  const inFrench = (text) =>
    words.widgets[text] ?? text.replace(/^Remove (.+)$/s, (_, name) => words.remove + name);

  const translateAttributes = (node) => {
    for (const name of ATTRIBUTES) {
      const written = node.getAttribute(name);
      if (!written) continue;
      const wanted = inFrench(written);
      if (wanted !== written) node.setAttribute(name, wanted);
    }
  };

  const translate = (node) => {
    if (isEnglish()) return;
    if (node.nodeType === Node.TEXT_NODE) {
      const counted = /^(\d+) options? available\.$/.exec(node.data);
      const wanted = counted ? words.choices + counted[1] : words.sentences[node.data];
      if (wanted && !node.parentElement?.closest(".stHtml")) node.data = wanted;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.closest(".stHtml")) return;
    translateAttributes(node);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const inner = walker.currentNode;
      if (inner.nodeType === Node.TEXT_NODE) translate(inner);
      else if (!inner.closest(".stHtml")) translateAttributes(inner);
    }
  };

  const followLanguage = () => {
    const drawn = document.querySelector("footer[lang]")?.lang;
    const lang = drawn ?? new URLSearchParams(location.search).get("lang");
    const wanted = lang === "en" ? "en" : words.language;
    if (root.lang !== wanted) root.lang = wanted;
  };

  const say = (isOffline) => {
    const said = document.getElementById("offline");
    if (!isOffline) said?.remove();
    if (!isOffline || said) return;
    const notice = document.createElement("div");
    notice.id = "offline";
    notice.setAttribute("role", "alert");
    notice.textContent = isEnglish() ? words.offline.en : words.offline.fr;
    document.body.append(notice);
  };

  const followConnection = () => {
    const state = document.querySelector(`[${STATE}]`)?.getAttribute(STATE);
    if (state === "CONNECTED") {
      wasConnected = true;
      clearTimeout(waiting);
      waiting = null;
      say(false);
    } else if (wasConnected && waiting === null) {
      waiting = setTimeout(() => say(true), PATIENCE_MS);
    }
  };

  // A widget that its own click removes or moves would leave the keyboard at the top of the page.
  // Only a widget has a key of its own: that of a text is its container's, with other widgets in it.
  const WIDGETS = "button, input, textarea, a";
  const keyOf = (node) =>
    node.matches(WIDGETS)
      ? [...(node.closest("[class*=st-key-]")?.classList ?? [])].find((c) => c.startsWith("st-key-"))
      : undefined;
  let lastFocused = null;
  document.addEventListener("focusin", ({ target }) => {
    lastFocused = { node: target, key: keyOf(target) };
  });
  const followFocus = () => {
    if (!lastFocused || lastFocused.node.isConnected || waiting !== null) return;
    if (document.activeElement !== document.body) return;
    const same = lastFocused.key && document.querySelector(`.${CSS.escape(lastFocused.key)}`);
    const next = same?.querySelector(WIDGETS) ?? document.querySelector(".count p");
    next?.focus({ preventScroll: same === null });
  };

  followLanguage();
  new MutationObserver((changes) => {
    followLanguage();
    followConnection();
    followFocus();
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else translate(change.target);
    }
  }).observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: [...ATTRIBUTES, STATE],
  });
})();
