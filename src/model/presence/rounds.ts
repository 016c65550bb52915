/** A server's rounds of replicated presence: what it does in them, replicated.ts says. They stand still when its process does. */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { roundsPart } from "./rounds.part.ts";

const behaviour = {
  actions: {
    beat: (world: World, server: number) => APART.replicated.beat(world, server),
    hear: (world: World, server: number, x: number, to: number) =>
      APART.replicated.hear(world, server, x, to),
    answerAll: (world: World, server: number, asker: number) =>
      APART.replicated.answerAll(world, server, asker),
  },
  guards: {},
  delays: { broadcast: (world: World) => world.settings.presence.own.broadcastUs as number },
} satisfies Behaviour<World>;

export const roundsMachine = machineOf(roundsPart, behaviour, {
  initial: "off",
  states: {
    off: { on: { START: "beating" } },
    beating: {
      entry: "beat",
      on: { HEARD: { actions: "hear" }, ASKED: { actions: "answerAll" }, STOP: "off" },
      after: { broadcast: { target: "beating", reenter: true } },
    },
  },
});
