/**
 * What observers believe of who is online, against the truth: users of whom the two differ, and since when. Whoever promises that they
 * do not differ for long says for how long (`withinUs`), and of which of the two ways to differ.
 */
import { msToUs } from "../kernel/time.ts";
import type { PresenceStore } from "../model/presence/family.ts";
import { PRESENCE } from "../model/presence/index.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import { BACKPLANE, userName } from "../scenario/names.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { LostPackets } from "./lost-packets.ts";
import { NumberSet } from "./number-set.ts";
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

/** Numbers of users are below this: a place and a user make one number. */
const USERS = 1 << 20;

export class BeliefMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly #setting: Setting;
  readonly #promised: Promised;
  readonly #lost: LostPackets;
  readonly #counter = new ScopeCounter();
  readonly #online = new NumberSet();
  /** By place and user: {@link keyOf}. */
  readonly #listed = new NumberSet();
  /** Whether servers believe something of their own: then places are theirs, as long as somebody asks there. Otherwise there is one, 0. */
  readonly #isByServers: boolean;
  readonly #places = new NumberSet();
  /** By place and user of whom the two differ: when they may no longer. In order of time, µs. */
  readonly #due = new Map<number, number>();
  /** Whether nothing is promised any more. */
  #isExcused: boolean;

  constructor(setting: Setting, promised: Promised) {
    this.#setting = setting;
    this.#promised = promised;
    this.#lost = new LostPackets(setting);
    this.#isExcused = setting.links.backplane.isLossy;
    this.#isByServers = isBelievedByServers(setting.scenario);
    if (!this.#isByServers) this.#places.add(0);
    this.sees =
      promised.withinUs === Number.POSITIVE_INFINITY
        ? []
        : [
            RecordKind.online,
            RecordKind.listed,
            RecordKind.fault,
            ...(this.#isByServers ? [RecordKind.looking] : []),
            ...this.#lost.sees,
          ];
  }

  see(trace: Records, row: number): null {
    this.#lost.see(trace, row);
    if (this.#lost.any) this.#excuse();
    const timeUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.fault:
        if (this.#isExcuse(this.#setting.scenario.faults[trace[at.fault.fault][row]])) this.#excuse();
        break;
      case RecordKind.online: {
        const user = trace[at.online.user][row];
        if (this.#promised.of !== "denied" || trace[at.online.isOnline][row] === 1)
          turn(this.#online, user, trace[at.online.isOnline][row]);
        for (const place of this.#places) this.#compare(place, user, timeUs);
        break;
      }
      case RecordKind.listed: {
        const user = trace[at.listed.user][row];
        const place = this.#isByServers ? trace[at.listed.place][row] : 0;
        turn(this.#listed, keyOf(place, user), trace[at.listed.isListed][row]);
        this.#compare(place, user, timeUs);
        break;
      }
      case RecordKind.looking:
        this.#look(trace[at.looking.place][row], trace[at.looking.isLooking][row], timeUs);
    }
    return null;
  }

  /** Somebody can ask a server from now on, or nobody can: then nothing that it believes is wrong. */
  #look(place: number, isLooking: number, timeUs: number): void {
    turn(this.#places, place, isLooking);
    const listed = [...this.#listed].filter((key) => placeOf(key) === place).map(userOf);
    for (const user of new Set([...this.#online, ...listed])) this.#compare(place, user, timeUs);
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

  #compare(place: number, user: number, timeUs: number): void {
    const key = keyOf(place, user);
    const [believed, is] = [this.#listed.has(key), this.#online.has(user)];
    const isWrong = this.#promised.of === "ghosts" ? believed && !is : is && !believed;
    if (!isWrong || !this.#places.has(place)) {
      if (this.#due.delete(key)) this.#counter.spoke++;
    } else if (this.#isExcused) this.#counter.exempt(FAILED);
    else if (!this.#due.has(key)) this.#due.set(key, timeUs + this.#promised.withinUs);
  }

  dueUs(): number {
    return this.#due.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    const user = userOf(this.#due.keys().next().value!);
    const name = userName(this.#setting.scenario, user);
    return { key: this.#promised.of, text: this.#promised.says(name), clients: [user], message: -1 };
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.size };
  }

  digest(add: (value: number) => void): void {
    this.#lost.digest(add);
    add(this.#isExcused ? 1 : 0);
    this.#online.digest(add);
    this.#listed.digest(add);
    this.#places.digest(add);
    for (const [key, dueUs] of this.#due) {
      add(key);
      add(dueUs);
    }
  }
}

function keyOf(place: number, user: number): number {
  return place * USERS + user;
}

function userOf(key: number): number {
  return key % USERS;
}

function placeOf(key: number): number {
  return Math.floor(key / USERS);
}

/** Whether each server believes something of its own of who is online. */
function isBelievedByServers({ presence }: Scenario): boolean {
  const store: PresenceStore = PRESENCE[presence.kind];
  return store.isBelievedByServers === true;
}

function turn(set: NumberSet, user: number, is: number): void {
  if (is === 1) set.add(user);
  else set.delete(user);
}

/**
 * How long what a server says takes until observers have read it: on its way, until its next round or the next question of a page, and until
 * they read. µs.
 */
export function tellingUs({ scenario, links }: Setting): number {
  const { presence } = scenario;
  const observeUs = "observeMs" in presence ? msToUs(presence.observeMs) : 0;
  const roundUs = "broadcastMs" in presence ? msToUs(presence.broadcastMs) : 0;
  const askUs = "pollMs" in presence ? msToUs(presence.pollMs) : 0;
  // There and on to another server, or there and back.
  const ways = isBelievedByServers(scenario) ? 2 : 1;
  // At the very instant at which it is due, it still may come.
  return ways * links.backplane.longestUs + observeUs + roundUs + askUs + 1;
}

/**
 * How long a server that has just begun may know nothing of the others: with replicated presence, until each has broken its silence, it has
 * asked for what it lacks, and that has come. µs.
 */
export function catchUpUs({ scenario: { presence }, links }: Setting): number {
  if (!("silentPeriods" in presence)) return 0;
  return (presence.silentPeriods + 2) * msToUs(presence.broadcastMs) + 2 * links.backplane.longestUs;
}

/** How long it takes until that is gone which nobody writes or says again. µs. */
export function expiryUs({ scenario: { presence } }: Setting): number {
  if ("downMs" in presence) return msToUs(presence.downMs) + msToUs(presence.broadcastMs);
  return "ttlMs" in presence ? msToUs(presence.ttlMs) : 0;
}
