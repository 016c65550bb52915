import { scenarios as scenariosWithin } from "../../src/check/arbitraries.ts";

/** Generated scenarios with any of the model's features. */
export const scenarios = scenariosWithin({
  proxies: [0, 0, 1, 2],
  bounded: [false, false, false, true],
  channels: [false, false, true],
});
