/** Statecharts: XState machines compiled to tables, and two runners that behave the same. */
export type { Behaviour, MachineTypes } from "./behaviour.ts";
export { forXState } from "./behaviour.ts";
export type { Chart } from "./chart.ts";
export { compile } from "./compile.ts";
export { ReferenceRunner } from "./reference.ts";
export type { Runner } from "./runner.ts";
export { CompiledRunner } from "./runner.ts";
export type { Timers } from "./timers.ts";
export { UnsupportedFeature } from "./unsupported.ts";
