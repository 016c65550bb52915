import { type Scenario, scenarioSchema } from "./schema.ts";

/**
 * A scenario that says nothing but what it must: everything in it, its one client and its one message
 * included, is at its default.
 */
export const DEFAULTS: Scenario = scenarioSchema.parse({
  version: 1,
  name: "a",
  title: "a",
  summary: "a",
  clients: [{ name: "a" }],
  workload: [{ from: "a", atMs: 0 }],
});
