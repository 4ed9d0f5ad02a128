// The words of the page's language, with numbers and plurals as that language writes them.

export const speaker = (words, language) => {
  const numbers = new Intl.NumberFormat(language === "fr" ? "fr-FR" : "en-CA");
  const say = (key, values = {}) =>
    (words[key] ?? key).replace(/\{([a-z_]+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? "");
    });
  const isSingle = (n) => (language === "fr" ? n === 0 || n === 1 : n === 1);
  const count = (key, n, values = {}) =>
    say(`${key}.${isSingle(n) ? "one" : "many"}`, { ...values, n });
  return { say, count, number: (n) => numbers.format(n), language };
};
