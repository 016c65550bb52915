/**
 * The table of all ground-truth experiments, printed by `npm run ground-truth`: a reporter of the tests that compare with them, so that
 * table and tests can't say different things. A case is met if every test that looked at it passed.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Reporter, TestCase } from "vitest/node";
import type { Comparisons } from "./ground-truth.ts";

const FOLDER = new URL("../ground-truth/", import.meta.url);

const UNEXPLAINED = "no test compares with it, and no reason is given";
/** Cases that no test compares with, by experiment and case: what the model lacks for it. */
export const MISSING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["nginx-restart-quit5term", "haproxy-usr1-2s"].map((id) => [
      `19 ${id}`,
      "a proxy that listens no more and keeps what is open is not modelled",
    ]),
  ),
  ...Object.fromEntries(
    ["reload-changed", "reload-unchanged", "restart-term"].map((id) => [
      `19 caddy-${id}`,
      "Caddy is no kind of balancer here",
    ]),
  ),
  "23 node-redis-5-no-process-guards":
    "a process that a failed command ends, because nobody looks after it, is not modelled; it was so in 1 of 4",
  "24 streams-offline-queue-off":
    "a loop that reads without a pause, and so blocks its whole process for good, is not modelled; it was so in 4 of 4",
  "31 stopped":
    "timers always fire before what waits is read, as in 17 of 20; the tests of frozen processes rest on it",
  "31 blocked-while-reading": "what stands still here was stopped; it was so in 20 of 20",
  "31 blocked-in-a-timer":
    "what a timer blocks reads first; a process that is stopped is not modelled to do so",
};

export interface Case {
  readonly id: string;
  readonly kind: "exact" | "time" | "distribution";
  readonly repeats: number;
}

/** What one test compared, and whether it passed. */
export interface Compared extends Comparisons {
  readonly passed: boolean;
}

/** One line of the table. */
export interface Line {
  readonly experiment: string;
  readonly cases: number;
  /** «2 of 2» of each. */
  readonly exact: string;
  readonly others: string;
  /** The difference that came nearest to what is allowed. */
  readonly worst: string;
  /** What these comparisons would notice. */
  readonly tells: string;
  readonly missing: readonly string[];
}

/** A line for an experiment: its number, its cases, and all that tests compared. */
export function lineOf(
  name: string,
  cases: readonly Case[],
  all: readonly Compared[],
  missing: Readonly<Record<string, string>> = MISSING,
): Line {
  const number = name.split("-")[0]!;
  const about = (id: string) => all.filter(({ cases: looked }) => looked.includes(`${number} ${id}`));
  const isMet = ({ id }: Case) => about(id).length > 0 && about(id).every(({ passed }) => passed);
  const share = (some: readonly Case[]) => `${some.filter(isMet).length} of ${some.length}`;
  const exact = cases.filter(({ kind }) => kind === "exact");
  const others = cases.filter(({ kind }) => kind !== "exact");
  return {
    experiment: name.replace(/\.json$/, ""),
    cases: cases.length,
    exact: share(exact),
    others: share(others),
    worst: worstOf([...new Set(cases.flatMap(({ id }) => about(id)))]),
    tells: powerOf(cases),
    missing: cases
      .filter((one) => !isMet(one))
      .map(({ id }) =>
        about(id).length > 0
          ? `${id}: its test fails`
          : `${id}: ${missing[`${number} ${id}`] ?? UNEXPLAINED}`,
      ),
  };
}

function worstOf(compared: readonly Compared[]): string {
  const worst = compared
    .flatMap(({ differences }) => differences)
    .reduce<Compared["differences"][number] | null>(
      (most, one) => (most === null || shareOf(one) > shareOf(most) ? one : most),
      null,
    );
  if (worst === null) return "as said in its tests";
  return `${rounded(worst.by)} of ${rounded(worst.allowed)} ${worst.unit}`;
}

function shareOf({ by, allowed }: { by: number; allowed: number }): number {
  return allowed === 0 ? by : by / allowed;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/**
 * What happens in less than this share of runs would probably (in more than one of twenty experiments) not have been seen in any of so many: 1 − 0.05^(1/n).
 */
function unseen(repeats: number): string {
  return `${Math.round(100 * (1 - 0.05 ** (1 / repeats)))} %`;
}

/** The least and the most that the cases of an experiment can tell, by how often each was measured. */
function powerOf(cases: readonly Case[]): string {
  const repeats = cases.map((one) => one.repeats);
  const [least, most] = [Math.min(...repeats), Math.max(...repeats)];
  return least === most
    ? `n ${least}: ${unseen(least)}`
    : `n ${least}–${most}: ${unseen(least)}–${unseen(most)}`;
}

/** The experiments of this repository, with their cases. */
export function experiments(): [name: string, cases: Case[]][] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")).cases]);
}

/** Reasons for cases that a test compares with by now. */
export function staleIn(missing: Readonly<Record<string, string>>, all: readonly Compared[]): string[] {
  return Object.keys(missing).filter((one) => all.some(({ cases }) => cases.includes(one)));
}

/** The table as text. */
export function tableText(lines: readonly Line[]): string {
  const rows = [
    ["experiment", "cases", "exact met", "others met", "worst difference", "would miss what is rarer than"],
    ...lines.map(({ experiment, cases, exact, others, worst, tells }) => [
      experiment,
      String(cases),
      exact,
      others,
      worst,
      tells,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const text = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
  const missing = lines.flatMap(({ experiment, missing: some }) =>
    some.map((one) => `  ${experiment.split("-")[0]} ${one}`),
  );
  return [
    ...text,
    "",
    ...(missing.length === 0 ? ["All cases are met."] : ["Not met:", ...missing]),
    "",
  ].join("\n");
}

export default class GroundTruthTable implements Reporter {
  readonly #compared: Compared[] = [];

  onTestCaseResult(test: TestCase): void {
    const { comparisons } = test.meta() as { comparisons?: Comparisons };
    if (comparisons === undefined) return;
    this.#compared.push({ ...comparisons, passed: test.result().state === "passed" });
  }

  /** Prints the table. A case that is not met without a reason, and a reason for one that is met, are failures. */
  onTestRunEnd(): void {
    const lines = experiments().map(([name, cases]) => lineOf(name, cases, this.#compared));
    process.stdout.write(`\n${tableText(lines)}`);
    const stale = staleIn(MISSING, this.#compared);
    if (stale.length > 0)
      process.stdout.write(`Said to be missing, and compared with: ${stale.join(", ")}\n`);
    const isWrong = lines.some(({ missing }) => missing.some((one) => /its test fails|no reason/.test(one)));
    if (stale.length > 0 || isWrong) process.exitCode = 1;
  }
}
