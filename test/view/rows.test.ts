/** What is drawn and told of several balancers in a row, and of links that differ. */
import { beforeAll, describe, expect, it } from "vitest";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { RunResult } from "../../src/run/result.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { knobLabel } from "../../src/view/knobs/knob-controls.ts";
import { explainRequest, sentTo } from "../../src/view/ledger/request-words.ts";
import { crowdOf } from "../../src/view/run/crowd.ts";
import { causesAt, endsAt, indexLedger } from "../../src/view/run/ledger-index.ts";
import {
  describeLink,
  type KnownLink,
  knownLinks,
  linkAt,
  linksBetween,
} from "../../src/view/run/link-states.ts";
import { narrate } from "../../src/view/run/narration.ts";
import { describeState, indexNodeStates } from "../../src/view/run/node-states.ts";
import { fetchRareWords } from "../../src/view/run/rare.ts";
import { indexRequests } from "../../src/view/run/requests.ts";
import { sinceRoots } from "../../src/view/run/since-words.ts";
import { indexSteps } from "../../src/view/run/steps.ts";
import { layoutStage } from "../../src/view/stage/stage-layout.ts";
import { PHONES, TWO_BALANCERS } from "./examples.ts";

beforeAll(fetchRareWords);

function run(scenario: ScenarioInput): RunResult {
  const parsed = parseScenario(JSON.stringify(scenario));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return simulate(parsed.scenario);
}

/** What the caption says at the instants of the records of a kind. */
function told(result: RunResult, kind: number): string[] {
  const { trace } = result;
  const [ledger, steps] = [indexLedger(result), indexSteps(result)];
  const rows = Array.from(trace.kind.subarray(0, trace.length).keys()).filter(
    (row) => trace.kind[row] === kind,
  );
  return rows.map((row) => narrate(result, ledger, steps, trace.timeUs[row]).text);
}

function linkStates(result: RunResult) {
  const { linkFaults } = indexNodeStates(result);
  const links = new Map(
    knownLinks(result, linksBetween(result.nodes), linkFaults).map((link): [string, KnownLink] => [
      `${link.from.name}/${link.to.name}`,
      link,
    ]),
  );
  return {
    names: [...links.keys()],
    at: (name: string, ms: number) => linkAt(links.get(name)!, ms * 1000),
    links,
  };
}

const phones = run(PHONES);
const two = run(TWO_BALANCERS);

describe("links", () => {
  it("lead from the clients to the first balancer, from balancer to balancer, and on from the last", () => {
    expect(linkStates(two).names).toEqual([
      "A/edge",
      "B/edge",
      "edge/balancer",
      "balancer/server-1",
      "balancer/server-2",
      "server-1/backplane",
      "server-2/backplane",
    ]);
  });

  it("of a group are slow or lossy where they differ from their class", () => {
    const { at, links } = linkStates(phones);
    for (const name of ["phones-1", "phones-3"])
      expect(at(`${name}/balancer`, 0)).toMatchObject({ isSlow: true, isLossy: true, isCut: false });
    expect(at("desktops-1/balancer", 0)).toMatchObject({ isSlow: false, isLossy: false });
    expect(describeLink(links.get("phones-2/balancer")!, at("phones-2/balancer", 0))).toBe(
      "phones-2/balancer: latency 40 to 90 ms, loses 50 % of its packets for about 150 ms at a time, and 0.5 % for about 800 ms in between",
    );
  });

  it("change with faults, each that is named, and back when they heal", () => {
    const { at } = linkStates(phones);
    for (const name of ["desktops-1/balancer", "desktops-3/balancer"]) {
      expect(at(name, 1999).isSlow).toBe(false);
      expect(at(name, 2000)).toMatchObject({ isSlow: true, isLossy: false, latency: { us: 200_000 } });
      expect(at(name, 3000).isSlow).toBe(false);
    }
    expect(at("balancer/server-1", 2500)).toMatchObject({ isSlow: false, isLossy: true });
    expect(at("balancer/server-2", 2500).isLossy).toBe(false);
    expect(at("balancer/server-1", 3500).isLossy).toBe(false);
    const cut = linkStates(two);
    expect(["A/edge", "B/edge", "edge/balancer"].map((name) => cut.at(name, 11_000).isCut)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("balancers in a row", () => {
  it.each([
    [2, 975, 390],
    [2, 870, 336],
    [2, 375, 424],
    [3, 975, 390],
    [3, 375, 424],
    [3, 620, 372],
    [5, 975, 390],
    [9, 975, 390],
    [9, 375, 424],
  ])("of %i stand apart on a stage of %i × %i, between clients and servers", (n, width, height) => {
    for (const clients of [2, 6, 100]) {
      const proxies = Array.from({ length: n - 1 }, (_, i) => ({ name: `proxy-${i}` }));
      const shown = run({
        ...TWO_BALANCERS,
        clients: [{ name: "user", count: clients }],
        workload: [],
        faults: [],
        proxies,
        knobs: [],
        durationMs: 1,
      });
      const { nodes } = shown;
      const crowd = crowdOf(shown, indexNodeStates(shown), indexLedger(shown));
      const { x, y, halfWidth, halfHeight } = layoutStage(nodes, width, height, crowd);
      const first = crowd?.cohorts.map(({ members }) => members[0]);
      const boxes = nodes
        .filter(({ kind, node }) => kind !== "client" || (first?.includes(node) ?? true))
        .map(({ node }) => node);
      for (const a of boxes) {
        expect(x[a] - halfWidth[a]).toBeGreaterThanOrEqual(0);
        expect(x[a] + halfWidth[a]).toBeLessThanOrEqual(width);
        for (const b of boxes.slice(0, boxes.indexOf(a))) {
          const apart =
            Math.abs(x[a] - x[b]) >= halfWidth[a] + halfWidth[b] ||
            Math.abs(y[a] - y[b]) >= halfHeight[a] + halfHeight[b];
          expect(apart, `${nodes[a].name} and ${nodes[b].name}`).toBe(true);
        }
      }
      for (const { kind, node } of nodes)
        if (kind === "balancer") expect(halfWidth[node]).toBeGreaterThan(20);
    }
  });

  it("are up or down each for itself", () => {
    const states = indexNodeStates(two);
    const at = (name: string, ms: number) =>
      describeState(two, states, two.nodes.find((node) => node.name === name)!.node, ms * 1000);
    expect([at("edge", 5500), at("balancer", 5500)]).toEqual(["up", "crashed"]);
    expect([at("edge", 6500), at("balancer", 6500)]).toEqual(["up", "up"]);
  });

  it("are called by their names", () => {
    expect(told(two, RecordKind.idleClosed)[0]).toBe(
      "edge closes A’s WebSocket: nothing crossed it for the idle timeout. A’s connection ends at edge: idle timeout. " +
        "No byte crossed the connection for edge’s idle timeout, so edge closed it.",
    );
    const emitted = told(two, RecordKind.frame).join(" ");
    expect(emitted).toContain("edge passes A’s message to the balancer.");
    expect(emitted).toContain("The balancer passes A’s message to server-2.");
    expect(emitted).toContain("The balancer passes on B’s copy of A’s message.");
    expect(emitted).toContain("edge passes on B’s copy of A’s message.");
    expect(told(two, RecordKind.response).join(" ")).toContain("edge refuses B: 502 Bad Gateway.");
  });

  it("are told apart where connections end, and as roots", () => {
    const ledger = indexLedger(two);
    const name = (place: number) => two.nodes[place].name;
    const places = endsAt(ledger, 11_000_000).map(({ reason, place }) => [reason, name(place)]);
    expect(places).toContainEqual([EndReason.idleClosed, "edge"]);
    expect(places).toContainEqual([EndReason.balancerDown, "balancer"]);
    expect(places).toContainEqual([EndReason.balancerDown, "edge"]);
    const end = ledger.ends[0];
    expect(sinceRoots(two, [end])).toMatch(/^Since edge had closed A’s connection after 1\.5 s of silence/);
    const cut = ledger.ends.find(({ whose }) => whose < 0)!;
    expect(sinceRoots(two, [cut])).toMatch(/^Since the link between A and edge had been cut/);
    expect(sinceRoots(two, [end, { ...end, place: end.place + 1 }])).toContain("Since a balancer had closed");
    expect(causesAt(ledger, 12_000_000)).toEqual([]);
  });

  it("that answer by themselves are in the request log", () => {
    const { rows, refused, total } = indexRequests(two);
    const bad = rows.filter(({ status }) => status === 502);
    expect(bad.length).toBeGreaterThan(0);
    expect(bad).toHaveLength(refused);
    expect(rows).toHaveLength(total);
    for (const row of bad) {
      expect(sentTo(two, row)).toBe("none");
      expect(explainRequest(two, row)).toBe("edge got no answer from the balancer.");
      expect(row.timeUs).toBeLessThan(row.answeredUs);
    }
    expect(new Set(bad.map(({ client }) => two.nodes[client].name))).toEqual(new Set(["A", "B"]));
  });
});

describe("faults", () => {
  it("of links and packets are told with their numbers", () => {
    const sentences = told(phones, RecordKind.fault).join(" ");
    expect(sentences).toContain("Fault: a packet on one of the 3 links desktops/balancer now takes 200 ms.");
    expect(sentences).toContain("Fault: the link balancer/server-1 now loses 20 % of its packets.");
    expect(sentences).toContain("Repair of the 3 links desktops/balancer.");
    expect(sentences).toContain("Repair of the link balancer/server-1.");
    expect(sentences).toContain(
      "Fault: packet 6 from desktops-2 to balancer is held back, and arrives 250 ms later.",
    );
    const others = told(two, RecordKind.fault).join(" ");
    expect(others).toContain("Fault: packet 2 from edge to B is dropped; TCP will send it again.");
    expect(others).toContain("Fault: cut of the 2 links */edge.");
    expect(others).toContain("Fault: crash of balancer.");
  });
});

describe("knobs", () => {
  it.each([
    ["proxies.edge.idleTimeoutMs", "Idle timeout (ms), edge"],
    ["proxies.0.idleTimeoutMs", "Idle timeout (ms), edge"],
    ["clients.phones.link.loss", "Packet loss, phones"],
    ["clients.phones.link.latencyMs", "Latency (ms), phones"],
    ["network.links.balancer/server-1.latencyMs", "Latency (ms), balancer/server-1"],
    ["network.proxy.latencyMs", "Proxy latency (ms)"],
    ["network.proxy.loss", "Proxy packet loss"],
  ])("%s is «%s»", (path, label) => {
    expect(knobLabel(path, two.scenario)).toBe(label);
  });
});
