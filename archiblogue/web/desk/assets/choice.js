// A list of values of which one is chosen: the address follows it.

import { make } from "./dom.js";

export const choice = (desk, label, name, values, current, show) => {
  const id = `choice-${name}`;
  return make(
    "p",
    { class: "choice" },
    make("label", { for: id }, label),
    make(
      "select",
      {
        id,
        "data-key": id,
        on: {
          change: (event) => desk.go({ [name]: event.target.value ? [event.target.value] : null }),
        },
      },
      values.map((value) =>
        make("option", { value, selected: String(value) === String(current) }, show(value)),
      ),
    ),
  );
};
