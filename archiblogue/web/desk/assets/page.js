// What Streamlit mounts: the desk, or the map, by the kind of its data.

import mountDesk from "./desk.js";
import mountMap from "./map.js";

export default (component) =>
  component.data.kind === "map" ? mountMap(component) : mountDesk(component);
