/** What real servers were measured to do: `test/ground-truth/`, see its README. */
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { getCurrentTest } from "vitest/suite";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import { type Ledger, readLedger } from "../../src/run/ledger.ts";
import type { RunResult } from "../../src/run/result.ts";
import type { RunOptions } from "../../src/run/run.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";

const folder = new URL("../ground-truth/", import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: each experiment's cases have a shape of their own
type Observed = any;

/** What a test compares with what was measured: for the table of all experiments (`npm run ground-truth`). */
export interface Comparisons {
  /** Cases that it looked at: «07 ping-1900ms». */
  readonly cases: string[];
  /** How far the simulated values were from the measured ones, and how far they may be. */
  readonly differences: { readonly by: number; readonly allowed: number; readonly unit: string }[];
}

/** Of the test that is running; null outside of one. */
function comparisons(): Comparisons | null {
  const test = getCurrentTest();
  if (test === undefined) return null;
  const meta = test.meta as { comparisons?: Comparisons };
  meta.comparisons ??= { cases: [], differences: [] };
  return meta.comparisons;
}

/** One case of an experiment, by the experiment's number and the case's id. */
export function observed(experiment: string, id: string): Observed {
  const found = casesOf(experiment).find((entry: Observed) => entry.id === id);
  if (found === undefined) throw new Error(`no case ${id} in ${experiment}`);
  return found;
}

/** All cases of an experiment. A test that looks at what one observed is noted to compare with it. */
export function casesOf(experiment: string): Observed[] {
  const file = readdirSync(folder).find((name) => name.startsWith(`${experiment}-`))!;
  const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  return cases.map(({ observed: seen, ...rest }: Observed) => ({
    ...rest,
    get observed() {
      comparisons()?.cases.push(`${experiment} ${rest.id}`);
      return seen;
    },
  }));
}

/** A simulated value is at most so far from the nearest of the measured ones, or between them; how far is noted. */
export function expectNear(value: number, measured: readonly number[], allowed: number, unit: string): void {
  const below = Math.min(...measured) - value;
  const above = value - Math.max(...measured);
  const by = Math.max(0, below, above);
  comparisons()?.differences.push({ by, allowed, unit });
  expect(by, `${value} ${unit}, measured ${measured.join(", ")}`).toBeLessThanOrEqual(allowed);
}

export interface Lab {
  readonly result: RunResult;
  readonly ledger: Ledger;
  /** The number of the node with this name. */
  node(name: string): number;
  /** Recipients (client numbers, sorted) that a message reached. */
  receivers(message: number): number[];
  /** The server number (from 0) that a client's first connection was made to. */
  serverOf(client: number): number;
  /** Records of one kind: [time in ms, a, b, c, d, e]. */
  records(kind: number): number[][];
  /** A client's requests in order of arrival at the balancer: kind, server number, status that was answered (null: none). */
  requests(client: number): { kind: number; server: number; status: number | null; atMs: number }[];
}

type LabInput = Omit<ScenarioInput, "version" | "name" | "title" | "summary">;

/** A scenario like the laboratory's: loopback, no added delay unless it says so. */
export function labScenario(input: LabInput): Scenario {
  const parsed = validateScenario({
    network: { client: { latencyMs: 0.1 }, server: { latencyMs: 0.1 }, backplane: { latencyMs: 0.1 } },
    ...input,
    version: 1,
    name: "lab",
    title: "lab",
    summary: "lab",
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  return parsed.scenario;
}

/** Runs such a scenario. */
export function runLab(input: LabInput, options: RunOptions = {}): Lab {
  const result = simulate(labScenario(input), options);
  const { trace } = result;
  const ledger = readLedger(trace);
  const firstServer = result.nodes.find((node) => node.kind === "server")!.node;
  const records = (kind: number) => {
    const rows: number[][] = [];
    for (let i = 0; i < trace.length; i++)
      if (trace.kind[i] === kind)
        rows.push([trace.timeUs[i]! / 1000, trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.d[i]!, trace.e[i]!]);
    return rows;
  };
  return {
    result,
    ledger,
    records,
    node: (name) => result.nodes.find((node) => node.name === name)!.node,
    receivers: (message) =>
      ledger.messages[message]!.copies.map((copy) => ledger.copies[copy]!)
        .filter((copy) => copy.fate === Fate.delivered)
        .map((copy) => copy.recipient)
        .sort((a, b) => a - b),
    serverOf: (client) => records(RecordKind.connected).find((row) => row[1] === client)![2]! - firstServer,
    requests: (client) => {
      const answers = new Map(records(RecordKind.response).map((row) => [row[1]!, row[3]!]));
      return records(RecordKind.request)
        .filter((row) => row[2] === client)
        .map(([atMs, exchange, , kind, server]) => ({
          kind: kind!,
          server: server! - firstServer,
          status: answers.get(exchange!) ?? null,
          atMs: atMs!,
        }));
    },
  };
}

/** The name of a copy's cause of loss. */
export function causeName(cause: number): string {
  return CAUSES[cause]!.name;
}

/** One attempt to connect: the requests from one handshake to the next. */
export function attempts(requests: ReturnType<Lab["requests"]>): ReturnType<Lab["requests"]>[] {
  const all: ReturnType<Lab["requests"]>[] = [];
  for (const request of requests) {
    if (request.kind === RequestKind.handshake || request.kind === RequestKind.websocket) all.push([]);
    all.at(-1)!.push(request);
  }
  return all;
}
