import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { Cause } from "../../src/model/trace/causes.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import type { RunResult } from "../../src/run/result.ts";
import type { LedgerEnd } from "../../src/run/roots.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { explainRequest } from "../../src/view/ledger/request-words.ts";
import { causesAt, endsAt, indexLedger } from "../../src/view/run/ledger-index.ts";
import { narrate, withBreaches } from "../../src/view/run/narration.ts";
import { fetchRareWords } from "../../src/view/run/rare.ts";
import { indexRequests } from "../../src/view/run/requests.ts";
import { sinceRoots } from "../../src/view/run/since-words.ts";
import { indexSteps, nextStep, previousStep } from "../../src/view/run/steps.ts";
import { sampled } from "../support/depth.ts";
import { runLab } from "../support/ground-truth.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";
import { lesson } from "./lessons.ts";
import { sampleRun } from "./sample.ts";

beforeAll(fetchRareWords);

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

  it.each([
    ["reconnect-storm", "paced", /^The balancer lets page-\d+, page-\d+ and \d+ others wait: as many came /],
    ["reconnect-storm", "doubled", /^The balancer has no room for page-\d+, page-\d+ and /],
    ["reconnect-storm", "doubled", /30 clients have no connection: transport close \(code 1006\)\. Since /],
    ["add-a-server", "remainder", /server-3 refuses home-\d+ and home-\d+: 400 /],
    ["fan-out-bill", "four-servers", /passes on the copies of fan-1’s message for fan-\d+(, fan-\d+)? and /],
  ])("tells once what happens to many: %s, %s, %s", (name, variant, told) => {
    const run = simulate(lesson(name, variant));
    const [ledger, steps] = [indexLedger(run), indexSteps(run)];
    const texts = [...steps.timesUs].map((timeUs) => narrate(run, ledger, steps, timeUs).text);
    expect(texts.filter((text) => told.test(text)).length).toBeGreaterThan(0);
  });

  it.each(sampled(LESSON_VARIANTS, 12).map((one) => [`${one.name}, ${one.variant}`, one] as const))(
    "has words for every moment to stop at: %s",
    (_, { scenario }) => {
      const run = simulate(scenario);
      const ledger = indexLedger(run);
      const steps = indexSteps(run);
      const { timesUs } = steps;
      const each = Math.max(1, Math.floor(timesUs.length / 60));
      const silent = [...timesUs].filter(
        (timeUs, i) => i % each === 0 && narrate(run, ledger, steps, timeUs).text === "",
      );
      expect(silent).toEqual([]);
    },
  );

  it("has a cross for what fails, and none for what comes up again or goes on in another process", () => {
    const { result } = runLab({
      durationMs: 500,
      clients: [{ name: "A", transport: "websocket" }],
      faults: [
        { atMs: 100, act: "crash", target: "server-2" },
        { atMs: 200, act: "restart", target: "server-2" },
        { atMs: 300, act: "reload", target: "balancer" },
      ],
    });
    const told = (ms: number) => narrate(result, indexLedger(result), indexSteps(result), ms * 1000);
    expect(told(100)).toMatchObject({ text: "Fault: crash of server-2.", tone: "bad" });
    expect(told(200)).toMatchObject({ text: "Restart of server-2.", tone: "plain" });
    expect(told(300)).toMatchObject({ text: "Reload of balancer.", tone: "plain" });
  });

  it("tells when a packet finds that a NAT has forgotten its connection", () => {
    const forgotten = simulate(lesson("forgotten-by-the-middle", "listener"));
    const told = narrate(forgotten, indexLedger(forgotten), indexSteps(forgotten), 40_021_000);
    expect(told.tone).toBe("bad");
    expect(told.text).toContain(
      "A NAT on phone’s way has forgotten the connection, which was silent for too long.",
    );
  });

  it("says which rules break at this very instant, and only then", () => {
    const rule = {
      name: "delivery",
      kind: "always",
      statement: "All copies arrive.",
      outcome: "broken",
      timeUs: 1_020_500,
      text: "B's copy dies.",
      violation: null,
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

describe("ends of connections", () => {
  const report = (name: string) => {
    const parsed = parseScenario(readFileSync(new URL(`../reports/${name}.json`, import.meta.url), "utf8"));
    if (!parsed.ok) throw new Error("the report is broken");
    const run = simulate(parsed.scenario);
    const ledger = indexLedger(run);
    const steps = indexSteps(run);
    return { run, ledger, at: (timeUs: number) => narrate(run, ledger, steps, timeUs).text };
  };

  it("are told when and where they happen, and again to who hears of them", () => {
    const { at } = report("min-g-delivery-holds-91-percent-lost");
    expect(at(10_021_000)).toBe(
      "The balancer closes B’s WebSocket: nothing crossed it for the idle timeout. " +
        "B’s connection ends at the balancer: idle timeout. " +
        "No byte crossed the connection for the balancer’s idle timeout, so the balancer closed it.",
    );
    expect(at(10_041_000)).toBe(
      "B has no connection: transport close (code 1006). Since the balancer had closed B’s connection after 10 s of silence (at 10.021 s).",
    );
  });

  it("are told of what dies of them", () => {
    const { at } = report("min-g-delivery-holds-91-percent-lost");
    expect(at(10_520_500)).toBe(
      "A’s message: B’s copy dies at server-1. The recipient had no connection, or not yet, when the servers handed the message out; nothing is kept for it. " +
        "Since the balancer had closed B’s connection after 10 s of silence (at 10.021 s).",
    );
  });

  it("are counted, and losses grouped by their roots", () => {
    const { ledger } = report("min-g-delivery-holds-91-percent-lost");
    expect(endsAt(ledger, 10_020_999)).toEqual([]);
    expect(endsAt(ledger, 10_021_000)).toMatchObject([
      { reason: EndReason.idleClosed, at: "balancer", count: 1 },
    ]);
    expect(causesAt(ledger, 10_520_499)).toEqual([]);
    expect(causesAt(ledger, 10_520_500)).toEqual([
      { cause: Cause.recipientAway, roots: [ledger.ends[0]], count: 1, firstUs: 10_520_500 },
    ]);
  });

  it("explain a held poll that was ended with 504, and the 400 that its farewell gets", () => {
    const { run } = report("min-a-polling-504");
    const refused = indexRequests(run).rows.filter(({ status }) => status >= 400);
    expect(refused.map((row) => explainRequest(run, row))).toEqual([
      "No answer came within the balancer’s read timeout. The server closes the session of a poll that was ended so.",
      "The session was over by then (read timeout (504)), and no server holds it any more.",
    ]);
  });

  it("explain a 400 by the cookie that is missing", () => {
    const { run } = report("r07-sticky-cookie-refused");
    const refused = indexRequests(run).rows.filter(({ status }) => status >= 400);
    expect(explainRequest(run, refused[0])).toContain("The client returned no affinity cookie");
  });
});

describe("roots in words", () => {
  const run = sampleRun();
  const end = (whose: number, place: number, timeUs: number, more: Partial<LedgerEnd> = {}): LedgerEnd => ({
    reason: EndReason.pingTimeout,
    whose,
    place,
    timeUs,
    session: -1,
    root: null,
    ...more,
  });

  it("names what several have in common", () => {
    const run_ = {
      ...run,
      scenario: {
        ...run.scenario,
        balancer: { kind: "nginx", idleTimeoutMs: 1000 },
        gateway: { channels: [] },
      },
    } as unknown as RunResult;
    // Node 5 is server-1.
    expect(sinceRoots(run_, [end(1, 5, 2_000_000)])).toBe(
      "Since server-1 had waited in vain for a pong from B (at 2.000 s).",
    );
    expect(sinceRoots(run_, [end(1, 5, 2_000_000), end(2, 5, 3_000_000)])).toBe(
      "Since server-1 had waited in vain for a pong from a client (first at 2.000 s).",
    );
    const cut = end(-1, 1, 1_000_000, { reason: EndReason.linkCut });
    expect(sinceRoots(run_, [end(1, 1, 2_000_000, { root: cut })])).toBe(
      "Since B had waited in vain for a ping (at 2.000 s), since the link between B and the balancer had been cut (at 1.000 s).",
    );
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
