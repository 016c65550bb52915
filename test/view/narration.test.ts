import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { indexLedger } from "../../src/view/ledger-index.ts";
import { narrate, withBreaches } from "../../src/view/narration.ts";
import { explainRequest, indexRequests } from "../../src/view/requests.ts";
import { indexSteps, nextStep, previousStep } from "../../src/view/steps.ts";
import { sampleRun } from "./sample.ts";

describe("the narration", () => {
  const run = sampleRun();
  const ledger = indexLedger(run);
  const steps = indexSteps(run);

  it("begins with nothing", () => {
    const late = { ...steps, timesUs: steps.timesUs.filter((t) => t > 0) };
    expect(narrate(run, ledger, late, 0).text).toBe("Nothing has happened yet.");
  });

  it("tells of a message, a death with its cause, and an arrival", () => {
    expect(narrate(run, ledger, steps, 1_000_000).text).toBe(
      "A sends a message to everyone else (3 copies).",
    );
    const death = narrate(run, ledger, steps, 1_020_500);
    expect(death.tone).toBe("bad");
    expect(death.text).toContain(
      "A’s message: the copies for B and D die at server-1. The recipient was connected to another server, and no backplane joins the servers.",
    );
    const arrival = narrate(run, ledger, steps, 1_041_000);
    expect(arrival).toMatchObject({ tone: "good", timeUs: 1_041_000, text: "A’s message arrives at C." });
  });

  it("holds between two steps", () => {
    expect(narrate(run, ledger, steps, 1_041_500)).toEqual(narrate(run, ledger, steps, 1_041_000));
  });

  it("tells once what happens twice at one instant", () => {
    const lesson = readFileSync(
      new URL("../../simulations/polling-handshake/scenario.json", import.meta.url),
      "utf8",
    );
    const parsed = parseScenario(lesson);
    if (!parsed.ok) throw new Error("the lesson is broken");
    const refused = simulate(parsed.scenario);
    // A's POST and poll are both refused by server-2, at 62 ms.
    const { text } = narrate(refused, indexLedger(refused), indexSteps(refused), 62_000);
    expect(text).toContain("server-2 refuses A: 400 Bad Request, «Session ID unknown» (2 times).");
  });

  it("says which rules break at this very instant, and only then", () => {
    const rule = {
      name: "delivery",
      kind: "always",
      statement: "All copies arrive.",
      outcome: "broken",
      timeUs: 1_020_500,
      text: "B's copy dies.",
      story: [],
    } as const;
    const told = narrate(run, ledger, steps, 1_041_000);
    expect(withBreaches(told, [rule], 1_041_000)).toBe(told);
    expect(withBreaches(told, [{ ...rule, outcome: "seen" }], 1_020_500)).toBe(told);
    expect(withBreaches(told, [{ ...rule, timeUs: 1_041_000 }], 1_041_000)).toEqual({
      timeUs: 1_041_000,
      text: `This breaks «delivery»: B's copy dies. ${told.text}`,
      tone: "bad",
    });
    // Bad news speaks for itself.
    const death = narrate(run, ledger, steps, 1_020_500);
    expect(withBreaches(death, [rule, { ...rule, name: "order" }], 1_020_500)).toEqual({
      timeUs: 1_020_500,
      text: `${death.text} This breaks «delivery» and «order».`,
      tone: "bad",
    });
    // What was told last happened earlier, and is left out.
    expect(withBreaches(death, [{ ...rule, timeUs: 1_030_000 }], 1_030_000)).toEqual({
      timeUs: 1_030_000,
      text: "This breaks «delivery»: B's copy dies.",
      tone: "bad",
    });
  });

  it("has a sentence for every step", () => {
    for (const t of steps.timesUs) expect(narrate(run, ledger, steps, t).text).toMatch(/\.$/);
  });
});

describe("steps", () => {
  const run = sampleRun({ refused: true });
  const steps = indexSteps(run);

  it("go forth and back over the same moments", () => {
    const forth: number[] = [];
    for (let t = -1; t < run.endUs; ) forth.push((t = nextStep(steps.timesUs, t, run.endUs)));
    const back: number[] = [];
    for (let t = run.endUs; t > 0; ) back.push((t = previousStep(steps.timesUs, t)));
    expect(forth.slice(0, -1)).toEqual([...back].reverse());
  });

  it("leave a dwell forwards", () => {
    expect(nextStep(steps.timesUs, 1_020_500.4, run.endUs)).toBeGreaterThan(1_020_501);
    expect(previousStep(steps.timesUs, 1_020_500.4)).toBe(1_020_500);
  });

  it("know refusals as losses", () => {
    expect([...steps.lossesUs.slice(0, 2)]).toEqual([4000, 1_020_500]);
  });
});

describe("the request log", () => {
  it("pairs answers with requests and explains «Session ID unknown»", () => {
    const run = sampleRun({ refused: true });
    const { rows, refused, refusals } = indexRequests(run);
    expect(rows.map((r) => r.status)).toEqual([200, 400]);
    expect(refused).toBe(1);
    expect(refusals).toHaveLength(1);
    expect(explainRequest(run, rows[0])).toBe("");
    expect(explainRequest(run, rows[1])).toBe(
      "The session lives in the memory of server-1, which answered the handshake. The balancer sent this request to server-2, which has never heard of it.",
    );
  });
});
