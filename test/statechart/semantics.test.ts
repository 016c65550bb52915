/** What machines mean, by example; each holds for the compiled runner and for XState. */
import { describe, expect, test } from "vitest";
import { and, not, or, stateIn } from "xstate";
import { machineOf, runnerOf } from "./support.ts";

const set = (flag: string, to = true) => ({ type: "set", params: { flag, to } });
const isSet = (flag: string) => ({ type: "isSet", params: { flag } });
const say = (text: string) => ({ type: "say", params: { text } });

describe.each(["compiled", "reference"] as const)("%s", (kind) => {
  const run = (config: object, eventNames?: string[]) => runnerOf(kind, machineOf(config), eventNames);
  const started = (config: object, eventNames?: string[]) => {
    const all = run(config, eventNames);
    all.start();
    return all;
  };

  test("start enters from the root inwards, then tells of the transition from −1", () => {
    const { start, look, runner } = run({
      entry: "rootIn",
      initial: { target: "open", actions: "init" },
      states: { open: { entry: "in", initial: "polling", states: { polling: { entry: "a" } } } },
    });
    expect(runner.add()).toBe(0);
    expect(runner.state(0)).toBe(-1);
    expect(runner.inState(0, "open")).toBe(false);
    expect(start()).toBe(1);
    expect(look()).toEqual(["rootIn", "init", "in", "a", "1: - → open.polling"]);
    expect(runner.inState(1, "open")).toBe(true);
    expect(runner.inState(1, "open.polling")).toBe(true);
    expect(() => runner.inState(1, "op")).toThrow(`machine "m" has no state "op"; it has open.polling`);
    expect(runner.size).toBe(2);
    expect(() => runner.start(1)).toThrow("started before");
    expect(() => runner.start(7)).toThrow("no such entity");
  });

  test("exit, transition, entry: leaf outwards, then inwards; payload reaches all of them", () => {
    const { send, look } = started({
      initial: "a",
      states: {
        a: {
          initial: "x",
          exit: say("leave a"),
          states: { x: { exit: say("leave x"), on: { GO: { target: "#m.b", actions: say("go") } } } },
        },
        b: { entry: say("enter b"), initial: "y", states: { y: { entry: say("enter y") } } },
      },
    });
    look();
    send("GO", 3, 4);
    expect(look()).toEqual([
      "leave x 0 3 4",
      "leave a 0 3 4",
      "go 0 3 4",
      "enter b 0 3 4",
      "enter y 0 3 4",
      "0: a.x → b.y",
    ]);
  });

  test("a child answers before its parent; a guard that fails, or silence, lets the parent answer", () => {
    const { send, look } = started({
      on: { GO: { actions: "c" }, UP: { actions: "c" } },
      initial: "s",
      states: {
        s: {
          on: {
            GO: [
              { guard: "isBig", actions: "a" },
              { guard: isSet("f"), actions: "b" },
            ],
          },
        },
      },
    });
    look();
    send("GO", 11);
    send("GO", 1);
    send("UP");
    expect(look()).toEqual(["a", "c", "c"]);
  });

  test("a forbidden transition hides the parent's", () => {
    const { send, look } = started({
      on: { GO: { actions: "c" } },
      initial: "s",
      states: { s: { on: { GO: undefined, NEXT: "t" } }, t: { on: { GO: {} } } },
    });
    look();
    send("GO");
    send("NEXT");
    send("GO");
    expect(look()).toEqual(["0: s → t"]);
  });

  test("internal transitions stay inside, reenter leaves and comes back", () => {
    const { send, look } = started({
      initial: "s",
      states: {
        s: {
          entry: "in",
          exit: "out",
          initial: "x",
          states: { x: {}, y: {} },
          on: {
            IN: ".y",
            OUT: { target: ".y", reenter: true },
            SELF: "s",
            AGAIN: { target: "s", reenter: true },
            ONLY: { actions: "a" },
          },
        },
      },
    });
    look();
    send("IN");
    expect(look()).toEqual(["0: s.x → s.y"]);
    send("OUT");
    expect(look()).toEqual(["out", "in"]);
    send("SELF");
    expect(look()).toEqual(["0: s.y → s.x"]);
    send("AGAIN");
    expect(look()).toEqual(["out", "in"]);
    send("ONLY");
    expect(look()).toEqual(["a"]);
  });

  test("transitions of the root; reenter leaves even the root", () => {
    const { send, look } = started({
      entry: "rootIn",
      exit: "rootOut",
      initial: "a",
      on: { B: ".b", ALL: { target: ".b", reenter: true } },
      states: { a: { exit: "out" }, b: {} },
    });
    look();
    send("B");
    expect(look()).toEqual(["out", "0: a → b"]);
    send("ALL");
    expect(look()).toEqual(["rootOut", "rootIn"]);
  });

  test("and, or, not and stateIn, nested, with params", () => {
    const { send, look, world } = started({
      initial: "a",
      on: {
        Q: [
          { guard: and(["isBig", not(isSet("f") as never)]), actions: "a" },
          { guard: or([and([stateIn("a"), isSet("f") as never]), stateIn("#m.b")]), actions: "b" },
        ],
        GO: ".b",
      },
      states: { a: {}, b: {} },
    });
    look();
    send("Q", 11);
    send("Q", 1);
    world.flags.f = true;
    send("Q", 11);
    world.flags.f = false;
    send("GO");
    send("Q", 1);
    expect(look()).toEqual(["a", "b", "0: a → b", "b"]);
  });

  test("wildcards: exact name first, then the longest pattern; they see strangers and timers", () => {
    const { send, look, advance } = started(
      {
        initial: "s",
        states: {
          s: {
            on: {
              "*": { actions: say("any") },
              "foo.*": { actions: say("foo") },
              "foo.bar.*": { actions: say("bar") },
              "foo.bar": { guard: "isBig", actions: say("exact") },
            },
          },
        },
        after: { 1: { actions: "c" } },
      },
      ["foo.bar", "foo.bar.baz", "foo", "food", "other"],
    );
    look();
    send("foo.bar", 11);
    for (const name of ["foo.bar", "foo.bar.baz", "foo", "food", "other", "(no such event)"]) send(name);
    advance(1_000);
    expect(look().map((line) => line.split(" ")[0])).toEqual([
      "exact",
      "bar",
      "bar",
      "foo",
      "any",
      "any",
      "any",
      "any",
    ]);
  });

  test("an unknown event is ignored, but eventless transitions are asked again", () => {
    const { send, look, world } = started({
      initial: "a",
      states: { a: { always: { guard: isSet("f"), target: "b" } }, b: {} },
    });
    look();
    send("(no such event)");
    world.flags.f = true;
    expect(look()).toEqual([]);
    send("(no such event)");
    expect(look()).toEqual(["0: a → b"]);
  });

  test("at start, guards and delays are asked before any action runs", () => {
    const { state, advance } = started({
      entry: [set("f"), set("slow")],
      initial: "a",
      states: { a: { always: { guard: isSet("f"), target: "b" }, after: { late: "c" } }, b: {}, c: {} },
    });
    expect(state()).toBe("a");
    advance(3_000);
    expect(state()).toBe("c");
  });

  test("always goes on until rest, once for one that changes nothing, with the payload of the event", () => {
    const { send, look } = started({
      initial: "a",
      states: {
        a: { on: { GO: "b" } },
        b: { always: "c", entry: "in", exit: "out" },
        c: { always: { actions: say("still") } },
      },
    });
    look();
    send("GO", 5);
    expect(look()).toEqual(["in", "out", "still 0 5 0", "0: a → c"]);
  });

  test("always comes before onDone; nested finals do not end the machine", () => {
    const { send, look, state } = started({
      initial: "p",
      states: {
        p: {
          initial: "x",
          always: { guard: isSet("f"), target: "viaAlways" },
          onDone: { target: "viaDone", actions: "a" },
          states: {
            x: { on: { END: "end", SET_END: { target: "end", actions: set("f") } } },
            end: { type: "final", entry: "in", exit: "out" },
          },
        },
        viaDone: { on: { BACK: "p" } },
        viaAlways: {},
      },
    });
    look();
    send("END", 7);
    expect(look()).toEqual(["in", "out", "a", "0: p.x → viaDone"]);
    send("BACK");
    send("SET_END");
    expect(state()).toBe("viaAlways");
  });

  test("onDone follows the event that leads to a nested final, where nothing is eventless", () => {
    const { send, look } = started({
      initial: "p",
      states: {
        p: {
          initial: "x",
          onDone: { target: "after", actions: "a" },
          states: { x: { on: { END: "end" } }, end: { type: "final", entry: "in", exit: "out" } },
        },
        after: {},
      },
    });
    look();
    send("END", 7);
    expect(look()).toEqual(["in", "out", "a", "0: p.x → after"]);
  });

  test("a top-level final state exits everything, drops timers and waiting events, and is deaf", () => {
    const { send, look, timers } = started({
      exit: "rootOut",
      after: { 5: { actions: "c" } },
      on: { "*": { actions: "b" } },
      initial: "s",
      states: {
        s: { on: { END: { target: "end", actions: { type: "tell", params: { to: 0, event: "LATE" } } } } },
        end: { type: "final", entry: "in", exit: "out" },
      },
    });
    look();
    send("END");
    expect(look()).toEqual(["telling 0 LATE", "told 0", "in", "out", "rootOut", "0: s → end"]);
    send("END");
    expect(look()).toEqual([]);
    expect(timers.size).toBe(0);
  });

  test("after: ms, named and computed delays, guards in order, cancelled on exit", () => {
    const { send, look, advance, world, state, timers } = started({
      initial: "a",
      states: {
        a: { after: { soon: "b", 2: "c" }, on: { GO: "c" } },
        b: {
          after: {
            late: [
              { guard: isSet("f"), target: "a" },
              { target: "c", actions: "a" },
            ],
          },
        },
        c: { on: { GO: "a" } },
      },
    });
    look();
    advance(1_499);
    expect(state()).toBe("a");
    advance(1);
    expect(state()).toBe("b");
    world.flags.slow = true;
    advance(3_000);
    expect(look()).toEqual(["0: a → b", "a", "0: b → c"]);
    expect(timers.nowUs).toBe(4_500);
    send("GO");
    send("GO");
    expect(timers.size).toBe(0);
  });

  test("a parent's timer runs while children change, in a lane of its own", () => {
    const { advance, look, timers, send } = started({
      initial: "p",
      states: {
        p: {
          after: { 10: "q" },
          initial: "x",
          states: { x: { after: { 4: "y" } }, y: { after: { 4: "x" } } },
          on: { STOP: "q" },
        },
        q: {},
      },
    });
    expect(timers.size).toBe(2);
    advance(20_000);
    expect(look().slice(1)).toEqual(["0: p.x → p.y", "0: p.y → p.x", "0: p.x → q"]);
    expect(timers.size).toBe(0);
    send("STOP");
  });

  test("sends to itself wait for the end of the macrostep, in order; sends to others happen within", () => {
    const tell = (to: number, event: string) => ({ type: "tell", params: { to, event } });
    const { start, send, look } = run({
      initial: "s",
      states: {
        s: {
          on: {
            GO: { target: "t", actions: [tell(0, "ONE"), tell(0, "TWO"), tell(1, "HI"), "a"] },
            HI: { actions: tell(0, "THREE") },
          },
        },
        t: {
          entry: "in",
          on: {
            ONE: { actions: say("one") },
            TWO: { actions: say("two") },
            THREE: { actions: say("three") },
          },
        },
      },
    });
    start();
    start();
    look();
    send("GO");
    expect(look()).toEqual([
      ...["telling 0 ONE", "told 0", "telling 0 TWO", "told 0"],
      ...["telling 1 HI", "telling 0 THREE", "told 0", "told 1"],
      ...["a", "in", "0: s → t", "one 0 0 0", "two 0 0 0", "three 0 0 0"],
    ]);
  });

  test("state changes only when the macrostep is complete", () => {
    const machine = machineOf({
      initial: "a",
      states: { a: { on: { GO: "b" } }, b: { entry: "in", always: "c" }, c: { entry: "b" } },
    });
    const all = runnerOf(kind, machine);
    all.start();
    const seen: string[] = [];
    all.world.log.push = (...lines) => {
      seen.push(`${lines[0]} in ${all.state()}`);
      return 0;
    };
    all.send("GO");
    expect(seen).toEqual(["in in a", "b in a", "0: a → c in c"]);
  });

  test("events before start wait for it", () => {
    const { runner, send, look } = run({ initial: "a", states: { a: { on: { GO: "b" } }, b: {} } });
    runner.add();
    send("GO");
    expect(look()).toEqual([]);
    runner.start(0);
    expect(look()).toEqual(["0: - → a", "0: a → b"]);
  });

  test("what an action or guard throws comes out, and the entity has ended", () => {
    const { runner, start, send, look, timers } = run({
      initial: "a",
      states: {
        a: {
          after: { 5: "b" },
          on: {
            GO: { target: "b", actions: "fail" },
            ASK: { guard: "fails", target: "b" },
            OK: { actions: "a" },
          },
        },
        b: {},
      },
    });
    start();
    start();
    look();
    expect(() => send("GO")).toThrow("no disk");
    expect(() => send("ASK", 0, 0, 1)).toThrow("no guard");
    send("OK");
    send("OK", 0, 0, 1);
    expect(look()).toEqual([]);
    expect(timers.size).toBe(0);
    expect(runner.inState(0, "a")).toBe(true);
    const failsAtStart = run({ initial: "a", states: { a: { entry: "fail" } } });
    expect(() => failsAtStart.start()).toThrow("no disk");
  });

  test("an error in another entity comes out through the sender", () => {
    const { start, send } = run({
      on: { GO: { actions: { type: "tell", params: { to: 1, event: "BAD" } } }, BAD: { actions: "fail" } },
    });
    start();
    start();
    expect(() => send("GO")).toThrow("no disk");
  });

  test("a circle of always or of onDone is an error, not a hang", () => {
    const circle = {
      initial: "a",
      states: { a: { on: { GO: "b" } }, b: { always: "c" }, c: { always: "b" } },
    };
    const { send } = started(circle);
    expect(() => send("GO")).toThrow(
      kind === "compiled" ? /machine "m", state "[bc]": no rest after 1000 microsteps/ : "Infinite loop",
    );
    const done = run({
      initial: "p",
      states: {
        p: { initial: "x", onDone: { target: "p", reenter: true }, states: { x: { type: "final" } } },
      },
    });
    expect(() => done.start()).toThrow(kind === "compiled" ? "no rest" : "Infinite loop");
  });

  test("a delay that is no whole number of µs is an error that names it", () => {
    const { start } = run({ initial: "a", states: { a: { after: { broken: "b" } }, b: {} } });
    expect(() => start()).toThrow(/broken.* is 1\.5: a delay is a whole number of µs/);
  });

  test("a machine without states has one, named after it", () => {
    const { send, look, state } = started({ id: "clock", on: { GO: { actions: "a" } } });
    expect(state()).toBe("clock");
    send("GO");
    expect(look()).toEqual(["0: - → clock", "a"]);
  });

  test("an event number or entity that does not exist is an error", () => {
    const { runner } = started({ initial: "a", states: { a: {} } });
    expect(() => runner.send(0, 64, 0, 0)).toThrow(RangeError);
    expect(() => runner.send(0, -1, 0, 0)).toThrow(RangeError);
    expect(() => runner.send(9, 0, 0, 0)).toThrow(RangeError);
  });
});
