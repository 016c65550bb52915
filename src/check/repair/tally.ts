/** What a run brings to people: who is connected, for how long, and what arrives. A repair may bring no less. */
import { at, RecordKind } from "../../model/trace/records.ts";
import type { Monitor, Rule, Setting } from "../rule.ts";

export interface Tally {
  /** Clients that were connected at least once. */
  connected: number;
  /** How long clients were connected over links that were not cut, all together. µs. */
  connectedUs: number;
  /** How long they would have been connected at most; 0 if the run was not made to its end. µs. */
  clientUs: number;
  /** Copies that arrived. How many are sent is the same whatever the design. */
  delivered: number;
}

/** The share of the time by which clients may be connected less: handshakes differ by some round trips. */
const SLACK = 0.01;

/** Whether a run brings people less than another. A run that was not made to its end counts as bringing less. */
export function bringsLess(before: Tally, after: Tally): boolean {
  return (
    before.clientUs === 0 ||
    after.clientUs === 0 ||
    after.connected < before.connected ||
    after.connectedUs < before.connectedUs - SLACK * before.clientUs ||
    after.delivered < before.delivered
  );
}

/** A rule that nothing breaks: it watches a run to its end, and counts. No rule of a scenario can have its name. */
export function counting(tally: Tally): Rule {
  return {
    name: "counts everything",
    kind: "always",
    statement: "Everything is counted.",
    watch: (setting) => new Counter(setting, tally),
  };
}

export function emptyTally(): Tally {
  return { connected: 0, connectedUs: 0, clientUs: 0, delivered: 0 };
}

class Counter implements Monitor {
  readonly sees = [
    RecordKind.connected,
    RecordKind.disconnected,
    RecordKind.delivered,
    RecordKind.fault,
  ] as const;
  readonly #setting: Setting;
  readonly #tally: Tally;
  /** By client: the node of its server; −1 if it is not connected, −2 if it never was. */
  readonly #serverOf: Int32Array;
  /** By client: since when its time counts, µs; −1 if it does not. */
  readonly #sinceUs: Float64Array;
  /** Links that are cut: a client that believes to be connected over one of these is not. */
  readonly #cut = new Set<string>();

  constructor(setting: Setting, tally: Tally) {
    this.#setting = setting;
    this.#tally = tally;
    this.#serverOf = new Int32Array(setting.clients).fill(-2);
    this.#sinceUs = new Float64Array(setting.clients).fill(-1);
  }

  see(trace: Parameters<Monitor["see"]>[0], row: number): null {
    const nowUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.connected: {
        const client = trace[at.connected.client][row];
        if (this.#serverOf[client] === -2) this.#tally.connected++;
        this.#serverOf[client] = trace[at.connected.server][row];
        this.#count(client, nowUs);
        break;
      }
      case RecordKind.disconnected: {
        const client = trace[at.disconnected.client][row];
        if (this.#serverOf[client] >= 0) this.#serverOf[client] = -1;
        this.#count(client, nowUs);
        break;
      }
      case RecordKind.delivered:
        this.#tally.delivered++;
        break;
      case RecordKind.fault: {
        const fault = this.#setting.scenario.faults[trace[at.fault.fault][row]];
        if (fault.act !== "cut" && fault.act !== "heal") break;
        for (const link of this.#setting.struckBy(fault))
          if (fault.act === "cut") this.#cut.add(link);
          else this.#cut.delete(link);
        for (let other = 0; other < this.#serverOf.length; other++) this.#count(other, nowUs);
      }
    }
    return null;
  }

  end(endUs: number): null {
    for (let client = 0; client < this.#serverOf.length; client++) this.#addUntil(client, endUs);
    this.#tally.clientUs = this.#serverOf.length * endUs;
    return null;
  }

  /** What is counted has no influence on future answers. */
  digest(): void {}

  /** From now on a client's time counts, or no longer does. */
  #count(client: number, nowUs: number): void {
    this.#addUntil(client, nowUs);
    this.#sinceUs[client] = this.#serverOf[client] >= 0 && this.#isReached(client) ? nowUs : -1;
  }

  #addUntil(client: number, nowUs: number): void {
    const sinceUs = this.#sinceUs[client];
    if (sinceUs >= 0) this.#tally.connectedUs += nowUs - sinceUs;
  }

  #isReached(client: number): boolean {
    if (this.#cut.size === 0) return true;
    return !this.#setting.wayOf(client, this.#serverOf[client]).some((link) => this.#cut.has(link));
  }
}
