import { part } from "./part.ts";

/** The faults of a scenario, which happen by themselves. Entity: the fault. */
export const faultsPart = part({ name: "faults", number: 51, events: ["FAULT"] });
export const FaultsEvent = faultsPart.on;
