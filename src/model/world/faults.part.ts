import { part } from "./part.ts";

/** The faults of a scenario, which happen by themselves. Entity: the fault. */
export const scriptPart = part({ name: "script", number: 51, home: "balancer", events: ["FAULT"] });
export const ScriptEvent = scriptPart.on;
