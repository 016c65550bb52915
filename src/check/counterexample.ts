/** From a run that broke a rule to the smallest one that breaks it in the same way, with its story. */
import { AUDIENCE_NAMES, Audience, at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
import { nodesOf } from "../run/run.ts";
import { simulate } from "../run/simulate.ts";
import { brief } from "../scenario/brief.ts";
import { namesOf } from "../scenario/names.ts";
import { RULE_NAMES } from "../scenario/rules.ts";
import { LIMITS, type Scenario, type ScenarioInput } from "../scenario/schema.ts";
import { becauseOf } from "./because.ts";
import { stripped } from "./bounds.ts";
import type { Found } from "./exhaustive.ts";
import type { Kind, ShrinkStep } from "./load.ts";
import type { Rule, Violation } from "./rule.ts";
import { shrink, sizeOf } from "./shrink.ts";
import { tell } from "./story.ts";
import type { StoryLine } from "./story-lines.ts";
import { BrokenRuns, breachOf, brokenRun, MAX_EVENTS } from "./trial.ts";
import { isSameWay, wayOfFailing } from "./way-of-failing.ts";

export interface Counterexample {
  readonly rule: string;
  /** What tells this way of breaking the rule from others, as a cause's name. */
  readonly key: string;
  /** What broke it, in one sentence. */
  readonly text: string;
  /** When it broke, µs. */
  readonly timeUs: number;
  /** The scenario, in full. Its run is the counterexample. */
  readonly scenario: Scenario;
  /** The fingerprint of that run: a replay anywhere else gives the same. */
  readonly fingerprint: string;
  /** What in the design made it so, in one sentence; empty if that is not known. */
  readonly because: string;
  readonly story: readonly StoryLine[];
  readonly size: ReturnType<typeof sizeOf>;
  /** What was taken away, step by step, and the scenario that was left each time. */
  readonly steps: readonly ShrinkStep[];
}

export interface CounterexampleOptions {
  /** The scenario that was asked about, if the search added to it. */
  readonly written?: Scenario;
  /** Forbids smaller scenarios that would miss the point, such as one without the thing that a belief is about. */
  readonly isAllowed?: (scenario: Scenario) => boolean;
  /** What may be taken away; by default load, so that the design stays. */
  readonly kinds?: readonly Kind[];
  /** Asked again and again; when it says so, the counterexample is what has been reached by then, perhaps not the smallest. */
  readonly isOver?: () => boolean;
}

/** Shrinks what a search found, and tells it. */
export function counterexampleOf(
  found: Found,
  rule: Rule,
  options: CounterexampleOptions = {},
): Counterexample {
  const { isAllowed = () => true, isOver = () => false } = options;
  const steps: ShrinkStep[] = [];
  const start = stripped(found.scenario);
  const isSame = isSameBreach(start, found.violation.breach.key, rule);
  const accepts = (smaller: Scenario) => isAllowed(smaller) && isSame(smaller);
  const names = [...namesOf(start).client.keys()];
  const concerned = found.violation.breach.clients.map((client) => names[client]);
  const settings = { written: start, ...options, concerned, onStep: (step: ShrinkStep) => steps.push(step) };
  const shrunk = (scenario: Scenario) => shrink(scenario, accepts, settings);
  const spelled = isOver() ? start : spelledOut(start, rule, accepts);
  let smallest = shrunk(spelled);
  // The workload that had too many messages to be spelled out may have fewer by now.
  const again = spelled === start && !isOver() ? spelledOut(smallest, rule, accepts) : smallest;
  if (again !== smallest) smallest = shrunk(again);

  const violation = breachOf(smallest, rule);
  if (violation === null)
    throw new Error(`the rule ${rule.name} broke in a search, and does not break when its run is repeated`);
  const shown = named(smallest, rule, violation);
  const scenario = isOver() ? shown : withoutIdleChoices(shown);
  const run = runOf(scenario);
  return {
    rule: rule.name,
    key: violation.breach.key,
    text: violation.breach.text,
    timeUs: violation.timeUs,
    scenario,
    fingerprint: run.fingerprint,
    because: becauseOf(run, violation),
    story: tell(run, rule, violation),
    size: sizeOf(scenario),
    steps,
  };
}

/** Whether a scenario breaks a rule as this one does: by the same key, and failing in the same way. */
export function isSameBreach(start: Scenario, key: string, rule: Rule): (smaller: Scenario) => boolean {
  const runs = new BrokenRuns(rule);
  const run = runs.of(start);
  const way = run === null ? null : wayOfFailing(run);
  return (smaller) => {
    const broken = way === null ? null : runs.of(smaller);
    return broken?.violation.breach.key === key && isSameWay(way!, wayOfFailing(broken));
  };
}

/** The run of a counterexample's scenario. */
export function runOf(scenario: Scenario): RunResult {
  return simulate(scenario, { maxEvents: MAX_EVENTS });
}

/** A counterexample's scenario as it is written to a file. */
export function scenarioFile({ scenario }: Counterexample): ScenarioInput {
  return brief(scenario);
}

/** More messages than this are not spelled out. */
const MAX_SPELLED = 100;

/**
 * The scenario with one line of the workload for each message that was sent up to the breach, so that each
 * can be taken away by itself. Unchanged if there are too many messages, or if the run becomes another.
 */
function spelledOut(scenario: Scenario, rule: Rule, isSame: (scenario: Scenario) => boolean): Scenario {
  const run = brokenRun(scenario, rule);
  // The trace does not say of a message whether it was volatile.
  if (run === null || scenario.workload.some(({ volatile }) => volatile)) return scenario;
  const { trace, rows } = run;
  const lines: Scenario["workload"] = [];
  const names = nodesOf(scenario).map(({ name }) => name);
  for (let row = 0; row < rows && lines.length <= MAX_SPELLED; row++) {
    if (trace.kind[row] !== RecordKind.message) continue;
    const audience = trace[at.message.audience][row];
    const to = audience === Audience.direct ? names[trace[at.message.target][row]] : wordFor(audience);
    lines.push({ from: names[trace[at.message.sender][row]], to, atMs: trace.timeUs[row] / 1000 });
  }
  const spelled = { ...scenario, workload: lines };
  return lines.length <= MAX_SPELLED && isSame(spelled) ? spelled : scenario;
}

/** What a workload's line calls an audience: whether a server answers or acts is its group's to say. */
function wordFor(audience: number): string {
  return AUDIENCE_NAMES[audience === Audience.task ? Audience.server : audience];
}

/** The scenario without choices that decide nothing. Then the seed decides nothing either, and is set to its default. */
function withoutIdleChoices(scenario: Scenario): Scenario {
  const { choices, ...rest } = scenario;
  const plain: Scenario = { ...rest, seed: 1 };
  const isIdle = choices === undefined || runOf(plain).fingerprint === runOf(scenario).fingerprint;
  return isIdle ? plain : { ...plain, choices };
}

function named(scenario: Scenario, rule: Rule, violation: Violation): Scenario {
  const own = Object.hasOwn(scenario.ownRules, rule.name) ? scenario.ownRules[rule.name] : undefined;
  const isKnown = own !== undefined || (RULE_NAMES as readonly string[]).includes(rule.name);
  return {
    ...scenario,
    name: "counterexample",
    title: `Broken: ${rule.name}`.slice(0, LIMITS.textLength),
    summary: violation.breach.text.slice(0, LIMITS.textLength),
    rules: isKnown ? [rule.name] : [],
    ownRules: own === undefined ? {} : { [rule.name]: own },
  };
}
