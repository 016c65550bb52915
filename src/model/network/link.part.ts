import { part } from "../world/part.ts";

/** What a link's connections may go mute in. x of MUTE. */
export const Directions = { both: 0, up: 1, down: 2 } as const;

/**
 * A link. SLOW, LOSE: x the latency or the loss that it has from now on, by its number in Links. MUTE: the connections
 * that exist carry nothing any more, x in which of the {@link Directions}, y 1 if it is their senders' kernels that drop their packets.
 */
export const linkPart = part({
  name: "link",
  number: 10,
  home: "link",
  events: ["CUT", "HEAL", "SLOW", "LOSE", "MUTE"],
  ends: ["linkCut", "connectionMuted"],
  faults: { cut: "CUT", heal: "HEAL", slow: "SLOW", lose: "LOSE", mute: "MUTE" },
  undoes: { heal: ["cut", "slow", "lose", "mute"] },
});
