/** What a run brings to people: who is connected, for how long, and what arrives. A repair may bring no less. */
import { RecordKind } from "../../model/records.ts";
import type { Monitor, Rule, Setting } from "../rule.ts";

export interface Tally {
  /** Clients that were connected at least once. */
  connected: number;
  /** How long clients were connected, all together. µs. */
  connectedUs: number;
  /** How long they would have been if they always were; 0 of a run that was not made to its end. µs. */
  clientUs: number;
  /** Copies that arrived. How many are sent is the same whatever the design. */
  delivered: number;
}

/** Clients may be connected by so much of the time less: handshakes differ by some round trips. */
const SLACK = 0.01;

/** Whether a run brings less than another. One that was not made to its end might. */
export function bringsLess(before: Tally, after: Tally): boolean {
  return (
    before.clientUs === 0 ||
    after.clientUs === 0 ||
    after.connected < before.connected ||
    after.connectedUs < before.connectedUs - SLACK * before.clientUs ||
    after.delivered < before.delivered
  );
}

/** A rule that nothing breaks: it watches a run to its end, and counts. */
export function counting(tally: Tally): Rule {
  return {
    name: "counting",
    kind: "always",
    statement: "Everything is counted.",
    watch: (setting) => counter(setting, tally),
  };
}

export function emptyTally(): Tally {
  return { connected: 0, connectedUs: 0, clientUs: 0, delivered: 0 };
}

function counter({ clients }: Setting, tally: Tally): Monitor {
  /** By client: since when it is connected, µs; −1 it is not, −2 it never was. */
  const sinceUs = new Float64Array(clients).fill(-2);
  const leave = (client: number, nowUs: number) => {
    if (sinceUs[client]! < 0) return;
    tally.connectedUs += nowUs - sinceUs[client]!;
    sinceUs[client] = -1;
  };
  return {
    sees: [RecordKind.connected, RecordKind.disconnected, RecordKind.delivered],
    see: ({ kind, a, timeUs }, row) => {
      const client = a[row]!;
      switch (kind[row]) {
        case RecordKind.connected:
          if (sinceUs[client] === -2) tally.connected++;
          if (sinceUs[client]! < 0) sinceUs[client] = timeUs[row]!;
          break;
        case RecordKind.disconnected:
          leave(client, timeUs[row]!);
          break;
        case RecordKind.delivered:
          tally.delivered++;
      }
      return null;
    },
    end: (endUs) => {
      for (let client = 0; client < clients; client++) leave(client, endUs);
      tally.clientUs = clients * endUs;
      return null;
    },
    digest: () => {},
  };
}
