/**
 * Who is connected, as both ends have it: from the moment that the client is told so, until the first end of the connection gives it
 * up, be it the client, its session on the server, or the balancer between them.
 */
import { Machine } from "../model/codes.ts";
import { MODEL } from "../model/machines.ts";
import { RecordKind, type Records } from "../model/records.ts";

/** The state of a session that is over, as transitions have it. */
export const SESSION_CLOSED = MODEL[Machine.session]!.chart.states.indexOf("closed");

export class Presence {
  static readonly sees = [
    RecordKind.connected,
    RecordKind.disconnected,
    RecordKind.transition,
    RecordKind.idleClosed,
  ] as const;
  /** By client: the session of its connection while both ends hold on to it; −1 none. */
  readonly session: number[];
  /** By client: how many connections, or attempts, it has seen end. */
  readonly ended: number[];
  readonly #clientOf = new Map<number, number>();

  constructor(clients: number) {
    this.session = new Array<number>(clients).fill(-1);
    this.ended = new Array<number>(clients).fill(0);
  }

  /** Returns whether somebody's connection ended. */
  see(trace: Records, row: number): boolean {
    switch (trace.kind[row]) {
      case RecordKind.connected:
        this.session[trace.a[row]!] = trace.d[row]!;
        this.#clientOf.set(trace.d[row]!, trace.a[row]!);
        return false;
      case RecordKind.disconnected:
        this.ended[trace.a[row]!]!++;
        return this.#release(trace.a[row]!);
      case RecordKind.idleClosed:
        return this.#release(trace.b[row]!);
      case RecordKind.transition: {
        if (trace.a[row] !== Machine.session || trace.d[row] !== SESSION_CLOSED) return false;
        const client = this.#clientOf.get(trace.b[row]!);
        return client !== undefined && this.session[client] === trace.b[row] && this.#release(client);
      }
      default:
        return false;
    }
  }

  isConnected(client: number): boolean {
    return this.session[client] !== -1;
  }

  #release(client: number): boolean {
    if (this.session[client] === -1) return false;
    this.#clientOf.delete(this.session[client]!);
    this.session[client] = -1;
    return true;
  }

  digest(add: (value: number) => void): void {
    for (let client = 0; client < this.session.length; client++) {
      add(this.session[client]!);
      add(this.ended[client]!);
    }
  }
}
