import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue, NO_HANDLE } from "../../src/kernel/queue.ts";
import { IS_DEEP } from "../support/depth.ts";
import { checkProperty } from "../support/property.ts";
import { besideSortedArray } from "./queue-model.ts";

function codesInOrder(queue: EventQueue, limitUs = Number.POSITIVE_INFINITY): number[] {
  const codes: number[] = [];
  while (queue.pop(limitUs)) codes.push(queue.code);
  return codes;
}

/** How much room the queue has made for entries, dead or alive. */
function entryWords(queue: EventQueue): number {
  return (Reflect.get(queue, "entries") as Int32Array).length;
}

describe("EventQueue", () => {
  it("runs events in order of time, and of scheduling where times are equal", () => {
    const queue = new EventQueue();
    for (const [i, atUs] of [30, 10, 20, 10, 30, 10].entries()) queue.schedule(atUs, i, 0, 0, 0);
    expect(codesInOrder(queue)).toEqual([1, 3, 5, 2, 0, 4]);
  });

  it("keeps ties in order however far ahead each was scheduled", () => {
    const atUs = 2 ** 40 + 12345;
    const queue = new EventQueue();
    const steps = [0, 2 ** 39, 2 ** 40, atUs - 2000, atUs - 500, atUs - 1];
    for (const [i, stepUs] of steps.entries()) {
      queue.schedule(stepUs, -1, 0, 0, 0);
      queue.pop(stepUs);
      queue.schedule(atUs, i, 0, 0, 0);
    }
    expect(codesInOrder(queue)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(queue.nowUs).toBe(atUs);
  });

  it.each([
    ["as they come", (i: number) => i],
    ["backwards", (i: number) => -i],
    ["all but a few as they come", (i: number) => (i % 100 === 99 ? 0 : i)],
    ["here and there", (i: number) => (i * 7919) % 1009],
  ])("shows thousands that are pending in the order in which they will run, scheduled %s", (_, place) => {
    const queue = new EventQueue();
    // Two at each time, so that there are ties.
    for (let i = 0; i < 2000; i++) queue.schedule(2 ** 30 + 10 * place(i >> 1), i, 0, 0, 0);
    const shown: number[] = [];
    queue.forEachPending((_atUs, code) => void shown.push(code));
    expect(shown).toEqual(codesInOrder(queue));
  });

  it("carries the payload, negative numbers included", () => {
    const queue = new EventQueue();
    queue.schedule(5, 1, -2, 2 ** 31 - 1, -(2 ** 31));
    expect(queue.pop(5)).toBe(true);
    expect([queue.nowUs, queue.code, queue.entity, queue.x, queue.y]).toEqual([
      5,
      1,
      -2,
      2 ** 31 - 1,
      -(2 ** 31),
    ]);
  });

  it("changes nothing when no event is due, so earlier events can still be scheduled", () => {
    const queue = new EventQueue();
    queue.schedule(1500, 3, 0, 0, 0);
    queue.schedule(2_000_000, 4, 0, 0, 0);
    expect(queue.pop(1499)).toBe(false);
    expect([queue.nowUs, queue.size, queue.peekTimeUs()]).toEqual([0, 2, 1500]);
    queue.schedule(0, 1, 0, 0, 0);
    queue.schedule(1400, 2, 0, 0, 0);
    expect(codesInOrder(queue, 1_999_999)).toEqual([1, 2, 3]);
    expect(codesInOrder(queue)).toEqual([4]);
    expect(queue.peekTimeUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it("cancels once, and only what is pending", () => {
    const queue = new EventQueue();
    const ran = queue.schedule(1, 1, 0, 0, 0);
    const cancelled = queue.schedule(2, 2, 0, 0, 0);
    expect(queue.pop(1)).toBe(true);
    expect([ran, cancelled, cancelled, NO_HANDLE, 1e15, 0.5, Number.NaN].map((h) => queue.cancel(h))).toEqual(
      [false, true, false, false, false, false, false],
    );
    const reused = queue.schedule(3, 3, 0, 0, 0); // in the cancelled event's place
    expect(queue.cancel(cancelled)).toBe(false);
    expect(reused).not.toBe(cancelled);
    expect(codesInOrder(queue)).toEqual([3]);
  });

  it("re-arming a timer a million times takes no more room than one timer", () => {
    const queue = new EventQueue();
    let timer = NO_HANDLE;
    for (let i = 0; i < 1_000_000; i++) {
      queue.cancel(timer);
      timer = queue.schedule(25_000_000 + i, 0, 0, 0, 0);
    }
    expect(queue.size).toBe(1);
    expect(queue.save().pending.length).toBe(1);
    const oneEvent = new EventQueue();
    oneEvent.schedule(1, 0, 0, 0, 0);
    expect(queue.save().rows.length).toBe(oneEvent.save().rows.length);
    expect(entryWords(queue)).toBeLessThan(100_000); // the dead are swept up, and their room is used again
  });

  it.runIf(IS_DEEP)(
    "a million cancelled at once leave no trace in the future, and no room taken for good",
    () => {
      const queue = new EventQueue();
      const fill = () =>
        Array.from({ length: 1_000_000 }, (_, i) => queue.schedule((i * 7919) % 9_000_000, i, 0, 0, 0));
      expect(fill().filter((handle) => !queue.cancel(handle))).toEqual([]);
      const room = entryWords(queue);
      expect([queue.size, queue.peekTimeUs(), queue.pop(1e9), queue.nowUs]).toEqual([0, Infinity, false, 0]);
      for (let round = 0; round < 2; round++) for (const handle of fill()) queue.cancel(handle);
      expect(entryWords(queue)).toBe(room);
    },
  );

  it("knows how many of its entries are dead", () => {
    for (const pass of [
      (queue: EventQueue) => codesInOrder(queue),
      (queue: EventQueue) => queue.peekTimeUs(),
      (queue: EventQueue) => queue.hasTies(Number.POSITIVE_INFINITY),
    ]) {
      // Some that are next to the present, and some that are not.
      for (const atUs of [5, 5000]) {
        const queue = new EventQueue();
        for (let i = 0; i < 4; i++) queue.cancel(queue.schedule(atUs, i, 0, 0, 0));
        queue.schedule(atUs, 4, 0, 0, 0);
        expect(Reflect.get(queue, "dead")).toBe(4);
        pass(queue);
        while (queue.pop(Number.POSITIVE_INFINITY));
        expect(Reflect.get(queue, "dead")).toBe(0);
      }
    }
  });

  it("passing cancelled events does not move time on", () => {
    for (const atUs of [1, 5_000, 10_000_000, 2 ** 31, 2 ** 40]) {
      const queue = new EventQueue();
      const handles = [0, 1, 2].map((i) => queue.schedule(atUs + i, 0, 0, 0, 0));
      queue.schedule(atUs * 4 + 4, 2, 0, 0, 0);
      for (const handle of handles) queue.cancel(handle);
      expect([queue.pop(atUs * 4 + 3), queue.nowUs, queue.peekTimeUs()]).toEqual([false, 0, atUs * 4 + 4]);
      queue.schedule(0, 1, 0, 0, 0);
      expect(codesInOrder(queue)).toEqual([1, 2]);
    }
  });

  it("cancels nothing for a handle that is made up", () => {
    const queue = new EventQueue();
    const handle = queue.schedule(1, 0, 0, 0, 0);
    for (const delta of [0.5, 1, 8, 2 ** 29, -(2 ** 29)]) {
      expect([queue.cancel(handle + delta), queue.cancel(handle - delta)]).toEqual([false, false]);
    }
    expect([queue.cancel(0), queue.cancel(-handle), queue.cancel(Infinity)]).toEqual([false, false, false]);
    expect(handle).toBeGreaterThan(0);
    expect(queue.cancel(handle)).toBe(true);
  });

  it("refuses times that are past, not integers, or too large, and says why", () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 0, 0, 0);
    queue.pop(10);
    expect(() => queue.schedule(9, 0, 0, 0, 0)).toThrow(
      "can't schedule an event at 9 µs, which is in the past: it is 10 µs now",
    );
    for (const atUs of [10.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => queue.schedule(atUs, 0, 0, 0, 0)).toThrow("not an integer up to 2^53");
    }
    expect(queue.size).toBe(0);
  });

  it.runIf(IS_DEEP)("grows to millions", () => {
    const queue = new EventQueue();
    const count = 2_000_000;
    for (let i = 0; i < count; i++) queue.schedule((i * 7919) % 1_000_003, i, 0, 0, 0);
    let popped = 0;
    let inOrder = true;
    let beforeUs = -1;
    let before = -1;
    while (queue.pop(Number.POSITIVE_INFINITY)) {
      inOrder &&= queue.nowUs > beforeUs || (queue.nowUs === beforeUs && queue.code > before);
      beforeUs = queue.nowUs;
      before = queue.code;
      popped++;
    }
    expect([popped, inOrder]).toEqual([count, true]);
  });

  it("a restored queue runs on as the saved one did, handles included, also in another queue", () => {
    const queue = new EventQueue();
    for (let i = 0; i < 300; i++) queue.schedule((i * 7919) % 5000, i, 0, 0, 0);
    for (let i = 0; i < 100; i++) queue.pop(Number.POSITIVE_INFINITY);
    const state = queue.save();
    const other = new EventQueue();
    other.schedule(77, 0, 0, 0, 0);
    other.restore(state);
    const runOn = (q: EventQueue) => [
      q.code,
      q.schedule(q.nowUs + 10, -1, 0, 0, 0),
      ...codesInOrder(q),
      q.schedule(q.nowUs, 0, 0, 0, 0),
    ];
    const expected = runOn(queue);
    expect(runOn(other)).toEqual(expected);
    queue.restore(state);
    expect(runOn(queue)).toEqual(expected);
  });

  it("does what a sorted array does", () => {
    checkProperty(
      besideSortedArray(() => new EventQueue()),
      { runs: 400 },
    );
  });

  it("does so too when it sweeps up cancelled events at every turn", () => {
    checkProperty(
      besideSortedArray(() => new Sweeping()),
      { runs: 400 },
    );
  });
});

/** Compacts as soon as more events are dead than alive, so that few steps reach it. */
class Sweeping extends EventQueue {
  protected override deadAllowed = 0;
}

/** Queues with one mistake each. If the property let one pass, it would show nothing. */
const mutants: Record<string, () => EventQueue> = {
  "ties run last in, first out": () =>
    new (class extends EventQueue {
      override schedule(...event: Parameters<EventQueue["schedule"]>): number {
        const earlier = this.save();
        const handle = super.schedule(...event);
        const state = this.save();
        const row = state.pending.find((row) => !earlier.pending.includes(row))!;
        // What comes first in a saved state goes first among its equals.
        const times = Float64Array.of(event[0], ...earlier.times);
        this.restore({ ...state, times, pending: Int32Array.of(row, ...earlier.pending) });
        return handle;
      }
    })(),
  "a failed pop moves time on": () =>
    new (class extends EventQueue {
      override pop(limitUs: number): boolean {
        const popped = super.pop(limitUs);
        if (!popped && Number.isFinite(limitUs)) this.nowUs = limitUs;
        return popped;
      }
    })(),
  "some cancelled events run": () =>
    new (class extends EventQueue {
      override cancel(handle: number): boolean {
        return handle !== NO_HANDLE && handle % 3 === 0 ? true : super.cancel(handle);
      }
    })(),
  "times are cut to 32 bits": () =>
    new (class extends EventQueue {
      override schedule(atUs: number, code: number, entity: number, x: number, y: number): number {
        return super.schedule(Math.max(this.nowUs, atUs % 2 ** 32), code, entity, x, y);
      }
    })(),
  "restoring forgets the last event scheduled": () =>
    new (class extends EventQueue {
      override restore(state: ReturnType<EventQueue["save"]>): void {
        super.restore({ ...state, pending: state.pending.slice(0, -1) });
      }
    })(),
  "compacting turns ties round": () =>
    new (class extends Sweeping {
      protected override compact(): void {
        const state = this.save();
        this.restore({ ...state, times: state.times.reverse(), pending: state.pending.reverse() });
      }
    })(),
  "compacting revives a cancelled event": () =>
    new (class extends Sweeping {
      private cancelled = -1;
      override cancel(handle: number): boolean {
        if (handle > 0) this.cancelled = handle % 2 ** 29;
        return super.cancel(handle);
      }
      protected override compact(): void {
        const { times, pending, ...state } = this.save();
        this.restore({
          ...state,
          times: Float64Array.of(...times, this.nowUs + 1),
          pending: Int32Array.of(...pending, this.cancelled),
        });
      }
    })(),
};

describe("the property fails for a queue where", () => {
  for (const [mistake, make] of Object.entries(mutants)) {
    it(mistake, () => {
      expect(fc.check(besideSortedArray(make), { seed: 1, numRuns: 400, endOnFailure: true }).failed).toBe(
        true,
      );
    });
  }
});
