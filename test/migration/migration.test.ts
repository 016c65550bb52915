/**
 * Nothing that has opened once stops opening: scenario files and links as they were written then, each opened as
 * anybody would, and its run compared with the one that it gave. README.md says what to do when this fails, and how
 * to add to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  formatErrors,
  type ParseResult,
  parseScenario,
  type Scenario,
  simulate,
  withVariant,
} from "../../src/index.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { decodeLink, encodeLink, type PageState } from "../../src/run/address.ts";
import { unpackText } from "../../src/run/pack.ts";
import { FIRST_LESSON, firstVariant, LESSONS, restOf } from "../../src/view/lessons/lessons.ts";
import { linksBetween } from "../../src/view/run/link-states.ts";
import { answer } from "../../src/view/worker/engine.ts";
import type { RunAnswer } from "../../src/view/worker/protocol.ts";
import { IS_DEEP } from "../support/depth.ts";

const folder = join(import.meta.dirname, "files");
const links = readFileSync(join(import.meta.dirname, "links.txt"), "utf8")
  .trim()
  .split("\n");
/** Enough of a run to tell it from another. */
const MAX_EVENTS = 5000;

function opened(result: ParseResult): Scenario {
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

/** As the page opens a link. */
async function openLink(link: string): Promise<{ state: PageState; answer: RunAnswer }> {
  const { state, problems } = decodeLink(link);
  expect(problems, link).toEqual([]);
  const name = state.file === null ? (state.lesson ?? FIRST_LESSON) : null;
  if (name !== null && !LESSONS.some((lesson) => lesson.name === name))
    throw new Error(`${link}: there is no lesson ${name}`);
  const written = name === null ? await unpackText(state.file!) : (await restOf(name)).scenario;
  const opening =
    typeof written === "string" ? null : firstVariant(name, Object.keys(written.scenario.variants));
  const { set, seed, variant } = state;
  return {
    state,
    answer: await answer({
      id: 1,
      isTold: false,
      patience: 1,
      written,
      variant: variant ?? opening,
      opening,
      set,
      seed,
    }),
  };
}

describe("what was written once", () => {
  it("opens, as a file, with each of its variants, and is the same run", () => {
    const runs: Record<string, string> = {};
    for (const file of readdirSync(folder)) {
      const written = opened(parseScenario(readFileSync(join(folder, file), "utf8")));
      for (const variant of [null, ...Object.keys(written.variants)]) {
        const run = simulate(opened(withVariant(written, variant)), { maxEvents: MAX_EVENTS });
        runs[variant === null ? file : `${file} ${variant}`] = run.fingerprint;
      }
    }
    expect(runs).toMatchInlineSnapshot(`
      {
        "choices.json": "f2420e82d3c80f11",
        "counterexample-broadcast-delivery.json": "9b6a63a864fe0f59",
        "counterexample-every-hello-first.json": "59af53b46a63f7d7",
        "counterexample-late-soon.json": "184315ed94ed34bc",
        "counterexample-lossy-soon.json": "875863a1b63d1e32",
        "counterexample-n-redis-quick.json": "33e47ac7e46c5f35",
        "counterexample-polling-handshake-completes.json": "2759dc9ba2a44944",
        "counterexample-r03-no-idle-cut.json": "13b022513c907514",
        "counterexample-r05-handshake-completes.json": "c2e5915b9bbc0428",
        "counterexample-refute.json": "9f3108e7ebfe138d",
        "counterexample-rolling-never-twice.json": "c86c3506dc5bbeb2",
        "every-field.json": "13a3cb308600a501",
        "every-field.json leastloaded": "9de0bfa1f197c177",
        "every-field.json plain": "a486feca31e2e950",
        "hostile-02-handshake-completes.json": "653a92c699b63d23",
        "hostile-02-no-idle-cut.json": "dba82d935ef59d84",
        "hostile-09-junit-noncharacter.json": "9b6a63a864fe0f59",
        "least.json": "dc2ac2d86be408fd",
        "lesson-broadcast-across-servers.json": "30cd13a6935d7e90",
        "lesson-broadcast-across-servers.json no-backplane": "30cd13a6935d7e90",
        "lesson-broadcast-across-servers.json one-server": "4955e7ceee2fc1e4",
        "lesson-broadcast-across-servers.json redis": "39ba4f6c8dfccaae",
        "lesson-polling-handshake.json": "4284fc5e7078aa15",
        "lesson-polling-handshake.json cookie": "28a172919fa0ccbe",
        "lesson-polling-handshake.json ip-hash": "35a982b32a2bc0a9",
        "lesson-polling-handshake.json round-robin": "4284fc5e7078aa15",
        "lesson-polling-handshake.json websocket": "a1ac5bc90d073df5",
        "report-c1-haproxy-cookie-four-nodes.json": "a90d12fe74443fdb",
        "report-c2-nginx-streaming-60s.json": "e8af657eeb0758a7",
        "report-min-a-polling-504.json": "0c206c49e801f178",
        "report-min-b-cookie-shrunk-away.json": "a436a6747ceaa2d6",
        "report-min-d-repair-disconnects-all.json": "a0a7d2add5caa68c",
        "report-min-e-vacuous-half-open.json": "e0e67057e4a34e33",
        "report-min-g-delivery-holds-91-percent-lost.json": "685f1c73ec0215ee",
        "report-n-redis.json": "ab523799b644c053",
        "report-n-redis.json crash": "ab523799b644c053",
        "report-n-redis.json freeze": "8c13db3084c5159c",
        "report-n-rolling.json": "25d6ca81145003db",
        "report-n-rolling.json least": "25d6ca81145003db",
        "report-n-rolling.json rr": "49aa65607bad6565",
        "report-n-storm.json": "0888277799d32b63",
        "report-r01-haproxy-50s-heartbeat-55s.json": "897adc9af75fe601",
        "report-r01-haproxy-50s-heartbeat-55s.json tunnel-60s": "631b098b3a514c79",
        "report-r02-harp-tunnel-30s.json": "a2135a3ea93bae49",
        "report-r02-harp-tunnel-30s.json tunnel-15s": "31d158fb7e9e3dbe",
        "report-r02-harp-tunnel-30s.json tunnel-1800s": "9c3efee0adc0ac1b",
        "report-r03-notebook-ping-unit.json": "23cf33205270e0ba",
        "report-r03-notebook-ping-unit.json fixed": "1df6aad09b83e0f1",
        "report-r04-cable-redis-restart.json": "54708c57ac8e12eb",
        "report-r05-fly-two-machines.json": "1ee1f22c73b93cbe",
        "report-r05-fly-two-machines.json rr": "f4b31f1c659019d0",
        "report-r05-fly-two-machines.json websocket": "822babddbb4e329b",
        "report-r07-sticky-cookie-refused.json": "c24190333c5506d2",
        "report-r08-workers-polling-only.json": "612f1a5e7e3ec167",
        "report-r10-ghost-no-ping.json": "f02885b82f35bff1",
        "report-r14-middlebox-kills-upgrade.json": "227fa4e7f0c1b2bc",
        "report-r14-middlebox-kills-upgrade.json polling": "6bc8229161df5f77",
        "report-r14-middlebox-kills-upgrade.json polling-first": "0646f86f05d13aee",
        "report-r16-balancer-reload.json": "b02d8dc217c3b9f6",
        "report-r22-publish-by-http.json": "dfc0eb6665de0deb",
        "report-r22-publish-by-http.json joined": "3ed0f971241fa6f1",
        "report-r24-nlb-silent-drop.json": "13f5e193cd9b9fe5",
      }
    `);
  });

  it.runIf(IS_DEEP)("opens, as a link, with all that the link says, and is the same run", async () => {
    const runs: Record<string, string> = {};
    for (const link of links) {
      const { state, answer: got } = await openLink(link);
      if (!got.ok) throw new Error(`${link}: ${JSON.stringify(got.problems)}`);
      // A variant, a setting that does not exist any more would be left out, and reported.
      expect(got.problems, link).toEqual([]);
      expect(got.run.variant, link).toBe(state.variant ?? got.run.variant);
      expect(`#${encodeLink(state)}`).toBe(link);
      expect(state.timeUs ?? 0, link).toBeLessThanOrEqual(got.run.endUs);
      expect(isThere(state, got), link).toBe(true);
      runs[link.length > 80 ? `${link.slice(0, 80)}…` : link] = got.run.fingerprint;
    }
    expect(Object.keys(runs)).toHaveLength(links.length);
    expect(runs).toMatchInlineSnapshot(`
      {
        "#/": "30cd13a6935d7e90",
        "#/?file=PY-xbsMwDER_Rbili2xYSbto7N4vCDIwMuMIliWDlJMGgf-9cNJ2vcOR7z1wZdFYMryzyDQx…": "9f3108e7ebfe138d",
        "#/?file=TZC9asQwEIRfRWyTRg52AiGoTJfiuuvCFZI8xMLyrtGPL-HwuwfFOci238wyMzfakHIQJjNo…": "13b022513c907514",
        "#/?file=VZDBTsMwEER_xZqzFaVUFMk3kDjCgSvqwY23YCX2RmsnoYry78hJi8p1Z3fm7cwYSZLnCLPT…": "184315ed94ed34bc",
        "#/?file=VZFBbwIhEIX_yuadicFEm4abJk1P9tCr8YC7oxKBMcCuNRv-ewO7NvYGb3gzbz5GDBSiYQ-1…": "875863a1b63d1e32",
        "#/?file=bY-7TsQwEEV_xboNIHlRgiiQS_r9glWKWWcgVuyZyA8WFOXfkSWgor7nvnZ8cC5BBW60EEoM…": "c2e5915b9bbc0428",
        "#/?file=bY9BTsMwEEWvYv0NIJkotEhtvSv7ngB1MdiDasUZR55JAUW5O8qCHev3pPf_gjs3zVUQXjyE…": "2759dc9ba2a44944",
        "#/?file=dZG9bsMwDIRfReAsFArQLtravR26Fh4YmUkE68elZLuBoXcvWLtJl67H4-k-aoWZuPicwB40…": "33e47ac7e46c5f35",
        "#/?file=hVPBbtswDP0Vg2fFkJN2w3Rbdxh26A7bbkUPskQngmXRkOSkQeB_Hyg3brpDd5NI8fE96vEC…": "59af53b46a63f7d7",
        "#/?file=jVKxjtswDP0VgbMT2C6ug7p1vxu6FhlomXcRIpMGRScNDP97wSQ9pFM7So985HuPK5xJaxaG…": "c86c3506dc5bbeb2",
        "#/?file=jY5BTsMwEEWvYv0NGxPFrSrAu2bPCVAW03iKojh2NOOkVFXujlKga7b_6-m9GxYW7XOCdxaJ…": "9b6a63a864fe0f59",
        "#/broadcast-across-servers?variant=no-backplane&t=520500&select=c0": "30cd13a6935d7e90",
        "#/broadcast-across-servers?variant=one-server&set=network.client.latencyMs%3D80&…": "aac5a6b5409772d2",
        "#/broadcast-across-servers?variant=redis": "39ba4f6c8dfccaae",
        "#/broadcast-across-servers?variant=redis&set=backplane.kind%3D%22none%22&set=bal…": "4955e7ceee2fc1e4",
        "#/broadcast-across-servers?variant=redis&set=clients.A.transport%3D%22polling%22…": "7d8aea97b70b68e2",
        "#/broadcast-across-servers?variant=redis&set=servers.count%3D3&seed=7&t=1020500&…": "5286e1548529bc3b",
        "#/polling-handshake": "4284fc5e7078aa15",
        "#/polling-handshake?variant=cookie&set=clients.*.cookies%3Dfalse&seed=4294967295…": "b1cf04936de3c605",
        "#/polling-handshake?variant=round-robin&t=61000&select=r1": "4284fc5e7078aa15",
        "#/polling-handshake?variant=websocket&set=workload%3D%5B%5D&t=0": "91db0c7c16644eab",
      }
    `);
  });

  it("would not pass if it were refused, or opened in part", async () => {
    const lesson = readFileSync(join(folder, "lesson-broadcast-across-servers.json"), "utf8");
    expect(() => opened(parseScenario(lesson.replace('"durationMs"', '"lengthMs"')))).toThrow("lengthMs");
    expect(() => opened(withVariant(opened(parseScenario(lesson)), "gone"))).toThrow("gone");
    await expect(openLink("#/gone")).rejects.toThrow("there is no lesson gone");
    for (const link of ["#/?file=gone", "#/polling-handshake?gone=1"])
      await expect(openLink(link)).rejects.toThrow();
    for (const part of ["variant=gone", "set=gone%3D1"]) {
      const { answer: got } = await openLink(`#/polling-handshake?${part}`);
      expect(got.problems, part).toHaveLength(1);
    }
  });
});

/** Whether what a link selects is in the run. */
function isThere({ selection }: PageState, { run, index }: Extract<RunAnswer, { ok: true }>): boolean {
  const { ledger, requests } = index;
  const counts = {
    message: ledger.messages,
    copy: ledger.copies,
    node: run.nodes.length,
    request: requests.rows.length,
    link: linksBetween(run.nodes).length,
    packet: run.trace.length,
    group: index.crowd?.cohorts.length ?? 0,
    losses: CAUSES.length,
  };
  return selection === null || selection.id < counts[selection.kind];
}
