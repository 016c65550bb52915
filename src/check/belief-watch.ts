/**
 * What observers believe of who is online, against the truth: users of whom the two differ, and since when. Whoever promises that they
 * do not differ for long says for how long (`withinUs`), and of which of the two ways to differ.
 */
import { msToUs } from "../kernel/time.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import { BACKPLANE, userName } from "../scenario/names.ts";
import type { Fault } from "../scenario/schema.ts";
import { LostPackets } from "./lost-packets.ts";
import type { Breach, Monitor, Setting } from "./rule.ts";
import { FAILED, type Scope, ScopeCounter } from "./scope.ts";

/** What is promised of one way to differ. */
export interface Promised {
  /**
   * Users that are believed to be online, and are not; such as are, and are not believed to be; or such as ever were, and are not.
   */
  readonly of: "ghosts" | "missing" | "denied";
  /** For how long they may differ; Infinity: nothing is promised. µs. */
  readonly withinUs: number;
  /** Whether a server that stands still is an excuse. */
  readonly bearsFrozenServers: boolean;
  /** What is said of a user who breaks it. */
  readonly says: (name: string) => string;
}

export class BeliefMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly #setting: Setting;
  readonly #promised: Promised;
  readonly #lost: LostPackets;
  readonly #counter = new ScopeCounter();
  readonly #online = new Set<number>();
  readonly #listed = new Set<number>();
  /** By user of whom the two differ: when they may no longer. In order of time, µs. */
  readonly #due = new Map<number, number>();
  /** Whether nothing is promised any more. */
  #isExcused: boolean;

  constructor(setting: Setting, promised: Promised) {
    this.#setting = setting;
    this.#promised = promised;
    this.#lost = new LostPackets(setting);
    this.#isExcused = setting.links.backplane.isLossy;
    this.sees =
      promised.withinUs === Number.POSITIVE_INFINITY
        ? []
        : [RecordKind.online, RecordKind.listed, RecordKind.fault, ...this.#lost.sees];
  }

  see(trace: Records, row: number): null {
    this.#lost.see(trace, row);
    if (this.#lost.any) this.#excuse();
    const timeUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.fault:
        if (this.#isExcuse(this.#setting.scenario.faults[trace[at.fault.fault][row]])) this.#excuse();
        break;
      case RecordKind.online:
        if (this.#promised.of !== "denied" || trace[at.online.isOnline][row] === 1)
          turn(this.#online, trace[at.online.user][row], trace[at.online.isOnline][row]);
        this.#compare(trace[at.online.user][row], timeUs);
        break;
      case RecordKind.listed:
        turn(this.#listed, trace[at.listed.user][row], trace[at.listed.isListed][row]);
        this.#compare(trace[at.listed.user][row], timeUs);
    }
    return null;
  }

  /** What is said to a store that fails, or over a link that does, may come late or never. */
  #isExcuse({ act, target }: Fault): boolean {
    if (target === BACKPLANE || target.endsWith(`/${BACKPLANE}`) || act === "mute") return true;
    const isServer = /^server-\d+$/.test(target);
    return isServer && (act === "freeze" || act === "resume") && this.#promised.bearsFrozenServers;
  }

  #excuse(): void {
    if (this.#isExcused) return;
    this.#isExcused = true;
    this.#counter.exempt(FAILED, this.#due.size);
    this.#due.clear();
  }

  #compare(user: number, timeUs: number): void {
    const [believed, is] = [this.#listed.has(user), this.#online.has(user)];
    const differs = this.#promised.of === "ghosts" ? believed && !is : is && !believed;
    if (!differs) {
      if (this.#due.delete(user)) this.#counter.spoke++;
    } else if (this.#isExcused) this.#counter.exempt(FAILED);
    else if (!this.#due.has(user)) this.#due.set(user, timeUs + this.#promised.withinUs);
  }

  dueUs(): number {
    return this.#due.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    const user = this.#due.keys().next().value!;
    const name = userName(this.#setting.scenario, user);
    return { key: this.#promised.of, text: this.#promised.says(name), clients: [user], message: -1 };
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.size };
  }

  digest(add: (value: number) => void): void {
    this.#lost.digest(add);
    add(this.#isExcused ? 1 : 0);
    for (const set of [this.#online, this.#listed]) {
      for (const user of [...set].sort((one, other) => one - other)) add(user);
      add(-1);
    }
    for (const [user, dueUs] of this.#due) {
      add(user);
      add(dueUs);
    }
  }
}

function turn(set: Set<number>, user: number, is: number): void {
  if (is === 1) set.add(user);
  else set.delete(user);
}

/** How long what a server says takes until observers have read it. µs. */
export function tellingUs({ scenario, links }: Setting): number {
  const { presence } = scenario;
  const observeUs = "observeMs" in presence ? msToUs(presence.observeMs) : 0;
  // At the very instant at which it is due, it still may come.
  return links.backplane.longestUs + observeUs + 1;
}

/** How long an entry counts that nobody writes again. µs. */
export function expiryUs({ scenario: { presence } }: Setting): number {
  return "ttlMs" in presence ? msToUs(presence.ttlMs) : 0;
}
