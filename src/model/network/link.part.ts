import { part } from "../world/part.ts";

/** A link. SLOW, LOSE: x the latency or the loss that it has from now on, by its number in Links. */
export const linkPart = part({
  name: "link",
  number: 10,
  home: "link",
  events: ["CUT", "HEAL", "SLOW", "LOSE"],
  ends: ["linkCut"],
  faults: { cut: "CUT", heal: "HEAL", slow: "SLOW", lose: "LOSE" },
});
