/** On which node an event happens, as handlers say: whoever changes its state first is there. */
import { expect, it } from "vitest";
import { HANDLERS } from "../../src/model/parts.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { NOWHERE } from "../../src/model/world/handler.ts";
import { EVENT_BITS, FIRST_HANDLER } from "../../src/model/world/part.ts";
import { Run } from "../../src/run/run.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { sampled } from "../support/depth.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

const FEW_EVENTS = 3000;

/** Calls back for each event of a handler that happens by itself and changes a statechart's state: where it is said to be, and where that is. */
function eachChange(scenario: Scenario, see: (handler: string, said: number, is: number) => void): void {
  const run = new Run(scenario);
  const { world } = run;
  const trace = world.trace!;
  const send = world.send.bind(world);
  let isWithin = false;
  world.send = (code, entity, x, y) => {
    const handler = isWithin ? undefined : HANDLERS[(code >> EVENT_BITS) - FIRST_HANDLER];
    if (handler?.nodeOf === undefined) return send(code, entity, x, y);
    const said = handler.nodeOf(world, code, entity);
    const before = trace.rows;
    isWithin = true;
    send(code, entity, x, y);
    isWithin = false;
    const changed = trace.kind.subarray(before, trace.rows).indexOf(RecordKind.transition);
    if (said !== NOWHERE && changed >= 0)
      see(handler.part.name, said, trace[at.transition.node][before + changed]!);
  };
  while (run.events < FEW_EVENTS && run.step());
}

it("is where the first state changes, in lessons", () => {
  const seen = new Set<string>();
  for (const { name, variant, scenario } of sampled(LESSON_VARIANTS, 5))
    eachChange(scenario, (handler, said, is) => {
      seen.add(handler);
      if (said !== is)
        expect.fail(`${name}, ${variant}: ${handler} is said to be on node ${said}, and is on ${is}`);
    });
  expect([...seen].sort()).toEqual(["clientSocket", "intake", "quic", "tcp", "upstream"]);
});
