/**
 * What a rule has judged. That a rule was never broken means little if it never applied, so a verdict says on
 * how many copies, sessions or requests the rule decided something, how many were exempt and why, and how
 * many were still undecided when the run ended.
 */

import { grouped } from "../run/grouped.ts";

/** Counts of one rule's subjects, in one run or over many. Plain data. */
export interface Scope {
  /** Subjects that the rule judged, and found kept. */
  readonly spoke: number;
  /** Subjects that the rule applied to, but whose time was not over when the run ended. */
  readonly open: number;
  /** Subjects to which the rule does not apply, by the reason. */
  readonly exempt: Readonly<Record<string, number>>;
}

/** What a rule is about, in the singular and in the plural. */
export type Subject = readonly [one: string, many: string];

/** Why most rules are silent on what comes after a fault. */
export const FAILED = "something had failed";

/** Why rules on copies are silent on what servers act on: it has rules of its own. */
export const TASK = "a server acts on it, and other rules say how often";

export const NOTHING: Scope = { spoke: 0, open: 0, exempt: {} };

/** Counts while a run is watched. */
export class ScopeCounter {
  spoke = 0;
  open = 0;
  readonly #exempt = new Map<string, number>();

  exempt(why: string, count = 1): void {
    if (count > 0) this.#exempt.set(why, (this.#exempt.get(why) ?? 0) + count);
  }

  scope(): Scope {
    return { spoke: this.spoke, open: this.open, exempt: Object.fromEntries(this.#exempt) };
  }
}

/** The scopes of several rules, by name, added up over runs. */
export class Scopes {
  readonly #byRule = new Map<string, ScopeCounter>();

  add(rule: string, { spoke, open, exempt }: Scope): void {
    let sum = this.#byRule.get(rule);
    if (sum === undefined) {
      sum = new ScopeCounter();
      this.#byRule.set(rule, sum);
    }
    sum.spoke += spoke;
    sum.open += open;
    for (const why in exempt) sum.exempt(why, exempt[why]);
  }

  addAll(scopes: Readonly<Record<string, Scope>>): void {
    for (const rule in scopes) this.add(rule, scopes[rule]!);
  }

  of(rule: string): Scope {
    const sum = this.#byRule.get(rule)?.scope() ?? NOTHING;
    // Sorted, so that it makes no difference which runs were added first.
    return {
      ...sum,
      exempt: Object.fromEntries(Object.entries(sum.exempt).sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  data(): Readonly<Record<string, Scope>> {
    return Object.fromEntries([...this.#byRule.keys()].map((rule) => [rule, this.of(rule)]));
  }
}

/** All subjects, judged or not. */
function sizeOfScope({ spoke, open, exempt }: Scope): number {
  return Object.values(exempt).reduce((sum, count) => sum + count, spoke + open);
}

/** «3 of 3 copies», «1 of 3 copies; 2 exempt: recipient away». */
export function scopeWords(scope: Scope, [one, many]: Subject): string {
  const size = sizeOfScope(scope);
  return [`${grouped(scope.spoke)} of ${grouped(size)} ${size === 1 ? one : many}`, ...restWords(scope)].join(
    "; ",
  );
}

/** Why a rule that judged nothing was silent: «3 of 3 copies exempt, recipient away». */
export function silenceWords(scope: Scope, [one, many]: Subject, whenNone: string): string {
  const size = sizeOfScope(scope);
  if (size === 0) return whenNone;
  const of = (count: number) => `${grouped(count)} of ${grouped(size)} ${size === 1 ? one : many}`;
  return [
    ...exemptions(scope).map(([why, count]) => `${of(count)} exempt, ${why}`),
    ...(scope.open > 0 ? [`${of(scope.open)} not due before the end of the run`] : []),
  ].join("; ");
}

/** Most frequent first. */
function exemptions({ exempt }: Scope): [why: string, count: number][] {
  return Object.entries(exempt).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function restWords(scope: Scope): string[] {
  const { open } = scope;
  return [
    ...exemptions(scope).map(([why, count]) => `${grouped(count)} exempt, ${why}`),
    ...(open > 0 ? [`${grouped(open)} not due before the end of the run`] : []),
  ];
}
