/** What a run brings to people: who is connected, for how long, and what arrives. A repair may bring no less. */
import { msToUs } from "../../kernel/time.ts";
import { RecordKind } from "../../model/records.ts";
import type { Monitor, Rule, Setting } from "../rule.ts";

export interface Tally {
  /** Clients that were connected at least once. */
  connected: number;
  /** How long clients were connected, all together. µs. */
  connectedUs: number;
  copies: number;
  delivered: number;
  /** The run went to its end; otherwise nothing can be said of it. */
  isWhole: boolean;
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
  return { connected: 0, connectedUs: 0, copies: 0, delivered: 0, isWhole: false };
}

function counter({ clients, scenario }: Setting, tally: Tally): Monitor {
  /** By client: since when it is connected, µs; −1 it is not, −2 it never was. */
  const sinceUs = new Float64Array(clients).fill(-2);
  const leave = (client: number, nowUs: number) => {
    if (sinceUs[client]! < 0) return;
    tally.connectedUs += nowUs - sinceUs[client]!;
    sinceUs[client] = -1;
  };
  return {
    sees: [RecordKind.connected, RecordKind.disconnected, RecordKind.copy, RecordKind.delivered],
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
        case RecordKind.copy:
          tally.copies++;
          break;
        case RecordKind.delivered:
          tally.delivered++;
      }
      return null;
    },
    end: () => {
      for (let client = 0; client < clients; client++) leave(client, msToUs(scenario.durationMs));
      tally.isWhole = true;
      return null;
    },
    digest: () => {},
  };
}
