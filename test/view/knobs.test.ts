import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stagedAs } from "../../src/lesson/prepared.ts";
import type { Json } from "../../src/run/address.ts";
import { knobFieldAt } from "../../src/scenario/fields.ts";
import { parseScenario, withSettings } from "../../src/scenario/parse.ts";
import { knobLabel } from "../../src/view/knobs/knob-controls.ts";
import { choices, nextVariant, variantCall } from "../../src/view/knobs/variants.ts";
import { LESSONS, restOf } from "../../src/view/lessons/lessons.ts";
import { nearestLesson } from "../../src/view/lessons/nearest-lesson.ts";
import { answer } from "../../src/view/worker/engine.ts";
import { knobControl } from "../../src/view/worker/knobs.ts";
import type { RunRequest } from "../../src/view/worker/protocol.ts";
import { stage } from "../../src/view/worker/staging.ts";
import { sampled } from "../support/depth.ts";

const text = readFileSync("simulations/broadcast-across-servers/scenario.json", "utf8");
const parsed = parseScenario(text);
if (!parsed.ok) throw new Error("the lesson does not parse");
const { scenario } = parsed;

const controlOf = (document: unknown, path: string, base?: Json) =>
  knobControl(document, path, knobFieldAt(path.split(".")), base);

describe("controls of knobs", () => {
  it.each([
    ["balancer.policy", "choice"],
    ["backplane.kind", "choice"],
    ["servers.count", "number"],
    ["network.client.latencyMs", "number"],
    ["network.client.loss", "number"],
    ["clients.*.transport", "choice"],
    ["clients.A.cookies", "switch"],
    ["servers.pingIntervalMs", "number"],
    ["clients.A.watchdogMs", "number"],
    ["workload", "fixed"],
  ])("%s is a %s", (path, kind) => {
    expect(controlOf(scenario, path).kind).toBe(kind);
  });

  it.each([
    ["backplane.kind", "Backplane"],
    ["presence.kind", "Presence"],
    ["servers.acksEntries", "Servers: acknowledges entries"],
    ["clients.A.backoff", "Back-off, A"],
    ["servers.pingIntervalMs", "Servers: ping interval (ms)"],
  ])("%s is called «%s»", (path, label) => {
    expect(knobLabel(path, scenario)).toBe(label);
  });

  it("bounds numbers by the schema", () => {
    expect(controlOf(scenario, "servers.count")).toMatchObject({
      whole: true,
      min: 1,
      max: 64,
      sliderMax: 8,
      step: 1,
    });
    expect(controlOf(scenario, "network.client.loss")).toMatchObject({
      min: 0,
      max: 1,
      step: 0.01,
    });
  });

  it("lets words stand for numbers where the schema does, and has a number to go back to", () => {
    const none = withSettings(scenario, { "servers.pingIntervalMs": "none" });
    if (!none.ok) throw new Error("not none");
    const words = ["none"];
    expect(controlOf(none.scenario, "servers.pingIntervalMs", 15_000)).toMatchObject({
      value: "none",
      words,
      number: 15_000,
    });
    expect(controlOf(scenario, "servers.pingIntervalMs")).toMatchObject({ words, number: 25_000 });
    expect(controlOf(scenario, "clients.A.watchdogMs")).toMatchObject({
      words: ["announced", "none"],
      number: 20_000,
    });
  });

  it("has a control for every knob of every lesson", async () => {
    for (const lesson of sampled(LESSONS, 8)) {
      const { scenario: s } = (await restOf(lesson.name)).scenario;
      for (const path of s.knobs) expect(`${path} ${controlOf(s, path).kind}`).not.toContain("fixed");
    }
  });
});

describe("variants", () => {
  it("lead to the mend, then back to what is broken", () => {
    expect(nextVariant(scenario, scenario.name, "no-backplane")).toBe("redis");
    expect(variantCall(scenario, "no-backplane", "redis")).toBe("Add a Redis backplane");
    expect(nextVariant(scenario, scenario.name, "redis")).toBe("no-backplane");
    expect(variantCall(scenario, "redis", "no-backplane")).toBe("Back to: Two servers");
  });

  it("of a file of one’s own begin with the scenario as it is written", () => {
    expect(choices(scenario, null)).toEqual([null, "one-server", "no-backplane", "redis"]);
    expect(choices(scenario, scenario.name)).toEqual(["one-server", "no-backplane", "redis"]);
    expect(choices({ ...scenario, variants: {} }, null)).toEqual([]);
    expect(nextVariant(scenario, null, null)).toBe("one-server");
    expect(nextVariant(scenario, null, "redis")).toBeNull();
    expect(nextVariant({ ...scenario, variants: {} }, null, null)).toBeUndefined();
    expect(variantCall(scenario, "redis", null)).toBe("Back to: As written");
    expect(variantCall(scenario, null, "one-server")).toBe("Try one server");
    expect(variantCall(scenario, null, "redis")).toBe("Add a Redis backplane");
    const joined = withSettings(scenario, { "backplane.kind": "redis" });
    expect(variantCall(joined.ok ? joined.scenario : scenario, null, "redis")).toBe(
      "Try: Two servers and Redis",
    );
  });
});

describe("lessons", () => {
  it("are all there, and a mistyped name finds the nearest", () => {
    const names = LESSONS.map((l) => l.name);
    expect(names).toContain("broadcast-across-servers");
    expect(nearestLesson("brodcast-across-server", names)).toBe("broadcast-across-servers");
    expect(nearestLesson("poling", names)).toBe("polling-handshake");
    expect(nearestLesson("x", names)).toBeUndefined();
  });
});

describe("the engine", () => {
  const request = {
    id: 1,
    isTold: false,
    patience: 1,
    written: text,
    variant: "no-backplane",
    opening: "no-backplane",
    set: {},
    seed: null,
  };

  it("answers with a run and its indexes", async () => {
    const reply = await answer(request);
    if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
    expect(reply.run.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(reply.index.ledger.lostUs.length).toBeGreaterThan(0);
    expect(reply.knobs.map((k) => k.path)).toEqual(scenario.knobs);
    expect(reply.problems).toEqual([]);
  });

  it("leaves out what does not fit, and says so", async () => {
    const reply = await answer({
      ...request,
      variant: "rediss",
      set: { "servers.count": 3, "servers.cuont": 3, "backplane.kind": "kafka" },
    });
    if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
    expect(reply.run.scenario.servers.count).toBe(3);
    expect(reply.problems.map((p) => p.path)).toEqual(["variant", "servers.cuont", "backplane.kind"]);
  });

  it("opens what the page opens with if there is no such variant, and says so", async () => {
    for (const [opening, title] of [
      ["no-backplane", "Two servers"],
      [null, "As written"],
    ] as const) {
      const reply = await answer({ ...request, variant: "zzz", opening });
      if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
      expect(reply.run.variant).toBe(opening);
      expect(reply.problems[0].message).toContain(`Opened instead: «${title}».`);
    }
  });

  it("refuses what is not a scenario", async () => {
    for (const bad of ["", "{", "[]", "null", '{"version":2}', `{"a":${"[".repeat(5000)}`]) {
      const reply = await answer({ ...request, written: bad });
      expect(reply.ok).toBe(false);
      expect(reply.problems.length).toBeGreaterThan(0);
    }
  });

  it("has of each lesson’s variants and steps, as they were prepared, what it would read from the file", async () => {
    for (const { name } of sampled(LESSONS, 8)) {
      const { scenario: prepared, story } = await restOf(name);
      const file = readFileSync(`simulations/${name}/scenario.json`, "utf8");
      const stages = [
        ...[null, ...Object.keys(prepared.scenario.variants)].map((variant) => ({ variant, set: {} })),
        ...(story?.steps ?? []).map((step) => step.stage),
      ];
      for (const { variant, set } of stages) {
        const asked = { ...request, variant, set: set as RunRequest["set"] };
        const [known, readAgain] = [
          await stage({ ...asked, written: prepared }),
          await stage({ ...asked, written: file }),
        ];
        expect(known, `${name} ${variant}`).toEqual(readAgain);
        expect(stagedAs(prepared, variant, set), `${name} ${variant} is prepared`).not.toBeNull();
      }
    }
  });

  it("turns a prepared lesson’s knobs as it would the file’s", async () => {
    const { scenario: written } = await restOf("broadcast-across-servers");
    for (const asked of [{ set: { "servers.count": 3, nothing: 1 } }, { variant: "rediss" }])
      expect(await stage({ ...request, ...asked, written })).toEqual(await stage({ ...request, ...asked }));
  });
});
