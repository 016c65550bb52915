import fc from "fast-check";
import { type EventQueue, type Handle, NO_HANDLE, type QueueState } from "../../src/kernel/queue.ts";

/** What the property needs of a queue: `EventQueue` itself, or a mutant of it. */
export type Queue = EventQueue;

/** What a run of the property does next. Indices pick among what there is, modulo its number. */
type Step =
  | { do: "schedule"; afterUs: number }
  | { do: "cancel"; which: number }
  | { do: "pop"; withinUs: number }
  | { do: "take"; which: number }
  | { do: "peek" }
  | { do: "save" }
  | { do: "restore" };

const delayUs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) }, // many ties
  {
    weight: 3,
    arbitrary: fc.constantFrom(1, 1023, 1024, 1025, 2 ** 20 - 1, 2 ** 20, 2 ** 30 - 1, 2 ** 30, 2 ** 32),
  },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 5000 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 2 ** 31 - 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 40 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant("schedule" as const), afterUs: delayUs }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("pop" as const),
      withinUs: fc.oneof(delayUs, fc.constant(Number.POSITIVE_INFINITY)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("take" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "peek" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "save" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restore" }) },
);

interface Pending {
  atUs: number;
  code: number;
  handle: Handle;
}

/** The specification: an array, kept in order of (time, scheduling). */
interface Model {
  nowUs: number;
  pending: Pending[];
}

function expectSame(what: string, found: unknown, expected: unknown): void {
  if (!Object.is(found, expected)) throw new Error(`${what}: ${found}, should be ${expected}`);
}

function check(queue: Queue, model: Model): void {
  expectSame("size", queue.size, model.pending.length);
  expectSame("nowUs", queue.nowUs, model.nowUs);
}

/** Runs the queue beside the model, and throws where they differ. */
function runBeside(queue: Queue, steps: readonly Step[], startUs: number): void {
  const model: Model = { nowUs: 0, pending: [] };
  let code = 0;
  let stale: Handle[] = [NO_HANDLE];
  let saved: { state: QueueState; model: string; stale: Handle[] } | undefined;

  const schedule = (atUs: number) => {
    const handle = queue.schedule(atUs, ++code, -code, code * 2, 7);
    if (stale.includes(handle)) throw new Error(`handle ${handle} was given out before`);
    const later = model.pending.findIndex((event) => event.atUs > atUs);
    model.pending.splice(later < 0 ? model.pending.length : later, 0, { atUs, code, handle });
  };
  const pop = (limitUs: number) => {
    const due = model.pending.length > 0 && model.pending[0].atUs <= limitUs;
    expectSame("pop", queue.pop(limitUs), due);
    if (due) expectTaken(model.pending.shift()!);
  };
  /** Takes one of those that are next: all of them, or as many as are looked at. */
  const take = (which: number) => {
    const next = model.pending.filter(({ atUs }) => atUs === model.pending[0].atUs);
    const limitUs = next.length === 0 ? Number.POSITIVE_INFINITY : next[0].atUs;
    expectSame("ties before they are due", queue.hasTies(limitUs - 1), false);
    // Where one of two was cancelled, it may say that there are several.
    const hasTies = queue.hasTies(limitUs);
    if (next.length > 1) expectSame("ties", hasTies, true);
    if (!hasTies) return pop(limitUs);
    const seen: string[] = [];
    queue.forEachNext((code, entity, handle) => seen.push([code, entity, handle].join()) <= which);
    const expected = next.slice(0, which + 1).map((event) => [event.code, -event.code, event.handle].join());
    expectSame("next", seen.join(" "), expected.join(" "));
    const [event] = model.pending.splice(which % next.length, 1);
    queue.take(event.handle);
    expectTaken(event);
  };
  const expectTaken = (event: Pending) => {
    model.nowUs = event.atUs;
    stale.push(event.handle);
    expectSame("code", queue.code, event.code);
    expectSame("entity", queue.entity, -event.code);
    expectSame("x", queue.x, event.code * 2);
    expectSame("y", queue.y, 7);
  };

  schedule(startUs);
  pop(startUs);
  for (const step of steps) {
    switch (step.do) {
      case "schedule":
        schedule(model.nowUs + step.afterUs);
        break;
      case "cancel": {
        const at = step.which % (model.pending.length + 1);
        if (at < model.pending.length) {
          const [event] = model.pending.splice(at, 1);
          expectSame("cancel", queue.cancel(event.handle), true);
          stale.push(event.handle);
        }
        expectSame("cancel a stale handle", queue.cancel(stale[step.which % stale.length]), false);
        break;
      }
      case "pop":
        pop(model.nowUs + step.withinUs);
        break;
      case "take":
        take(step.which);
        break;
      case "peek":
        expectSame("peek", queue.peekTimeUs(), model.pending[0]?.atUs ?? Number.POSITIVE_INFINITY);
        break;
      case "save":
        saved = { state: structuredClone(queue.save()), model: JSON.stringify(model), stale: [...stale] };
        break;
      case "restore":
        if (saved === undefined) break;
        queue.restore(saved.state);
        Object.assign(model, JSON.parse(saved.model));
        stale = [...saved.stale];
        break;
    }
    check(queue, model);
  }
  const visited: string[] = [];
  queue.forEachPending((atUs, c, entity, x, y, handle) =>
    visited.push([atUs, c, entity, x, y, handle].join()),
  );
  const expected = model.pending.map((e) => [e.atUs, e.code, -e.code, e.code * 2, 7, e.handle].join());
  expectSame("pending", visited.join(" "), expected.join(" "));
  while (model.pending.length > 0) pop(Number.POSITIVE_INFINITY);
  pop(Number.POSITIVE_INFINITY);
  check(queue, model);
}

/** For any steps, a queue does what the sorted array does. */
export function besideSortedArray(make: () => Queue): fc.IProperty<[Step[], number]> {
  return fc.property(
    fc.array(step, { maxLength: 200, size: "max" }),
    fc.constantFrom(0, 1000, 2 ** 20 - 2, 2 ** 30 - 3, 2 ** 31 - 3, 2 ** 32 - 2, 2 ** 40 - 1, 2 ** 52),
    (steps, startUs) => runBeside(make(), steps, startUs),
  );
}
