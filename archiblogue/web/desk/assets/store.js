// What this browser keeps: the basket, the last questions, the place in a list. Nothing of it goes
// to the server unless a file of the basket is asked for. A browser that keeps nothing is no error.

const BASKET = "archiblogue.panier";
const RECENT = "archiblogue.questions";
const PLACE = "archiblogue.place:";
const MOST_RECENT = 20;
const MOST_KEPT = 5000;

const read = (storage, key, otherwise) => {
  try {
    return JSON.parse(window[storage].getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

const write = (storage, key, value) => {
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // full, or forbidden: what is on the screen stays
  }
};

const isKept = (one) => one && typeof one.id === "string" && typeof one.doc === "string";

export const basket = {
  all: () => {
    const kept = read("localStorage", BASKET, []);
    return Array.isArray(kept) ? kept.filter(isKept) : [];
  },
  has: (id) => basket.all().some((one) => one.id === id),
  add: (one) => {
    const others = basket.all().filter((other) => other.id !== one.id);
    write("localStorage", BASKET, [...others, one].slice(-MOST_KEPT));
  },
  remove: (id) => write("localStorage", BASKET, basket.all().filter((one) => one.id !== id)),
  note: (id, note) =>
    write(
      "localStorage",
      BASKET,
      basket.all().map((one) => (one.id === id ? { ...one, note } : one)),
    ),
  empty: () => write("localStorage", BASKET, []),
};

export const recent = {
  all: () => {
    const asked = read("localStorage", RECENT, []);
    return Array.isArray(asked) ? asked.filter((one) => typeof one === "string") : [];
  },
  add: (question) =>
    write(
      "localStorage",
      RECENT,
      [question, ...recent.all().filter((one) => one !== question)].slice(0, MOST_RECENT),
    ),
  empty: () => write("localStorage", RECENT, []),
};

// Where a list was scrolled to, by its address: a reload and the way back lead there again.
export const place = {
  get: (address) => read("sessionStorage", PLACE + address, null),
  set: (address, value) => write("sessionStorage", PLACE + address, value),
};

export const seen = {
  get: (name) => read("localStorage", `archiblogue.vu:${name}`, false),
  set: (name) => write("localStorage", `archiblogue.vu:${name}`, true),
};
