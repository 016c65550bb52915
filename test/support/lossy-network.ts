/** What a test of a link needs, to be loaded from a copy of the model: see mutant.ts. */
export { dropsPacket } from "../../src/model/network/link.ts";
export { Simulation } from "../../src/model/simulation.ts";
