/** Instead of a session: who sends without a connection, and so can do so always. */
const ALWAYS = -2;

/**
 * Who is connected, in the view of both ends: from the moment that the client is told, until the first of
 * client, session and balancer gives the connection up.
 */
import { Machine, MODEL } from "../model/parts.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";

const SESSION_CLOSED = MODEL[Machine.session].chart.states.indexOf("closed");

/** Whether a transition is that of a session which is over. */
export function isSessionClosed(trace: Records, row: number): boolean {
  return (
    trace[at.transition.machine][row] === Machine.session &&
    trace[at.transition.after][row] === SESSION_CLOSED
  );
}

export class Presence {
  static readonly sees = [
    RecordKind.connected,
    RecordKind.disconnected,
    RecordKind.transition,
    RecordKind.idleClosed,
  ] as const;
  /** Of transitions, it goes by those of sessions. */
  static readonly machines = [Machine.session];
  /** By client: the session of its connection while both ends hold on to it; −1 none; −2 it needs none. */
  readonly session: number[];
  /** By client: how many connections, or attempts, it has seen end. */
  readonly ended: number[];
  readonly #clientOf = new Map<number, number>();

  /** `withoutConnection`: clients that need none to send, and to be answered. */
  constructor(clients: number, withoutConnection: readonly number[] = []) {
    this.session = new Array<number>(clients).fill(-1);
    for (const client of withoutConnection) this.session[client] = ALWAYS;
    this.ended = new Array<number>(clients).fill(0);
  }

  /** Returns whether somebody's connection ended. */
  see(trace: Records, row: number): boolean {
    switch (trace.kind[row]) {
      case RecordKind.connected: {
        const client = trace[at.connected.client][row];
        const session = trace[at.connected.session][row];
        this.session[client] = session;
        this.#clientOf.set(session, client);
        return false;
      }
      case RecordKind.disconnected: {
        const client = trace[at.disconnected.client][row];
        this.ended[client]++;
        return this.#release(client);
      }
      case RecordKind.idleClosed:
        return this.#release(trace[at.idleClosed.client][row]);
      case RecordKind.transition: {
        if (!isSessionClosed(trace, row)) return false;
        const session = trace[at.transition.entity][row];
        const client = this.#clientOf.get(session);
        return client !== undefined && this.session[client] === session && this.#release(client);
      }
      default:
        return false;
    }
  }

  isConnected(client: number): boolean {
    return this.session[client] !== -1;
  }

  #release(client: number): boolean {
    if (this.session[client] < 0) return false;
    this.#clientOf.delete(this.session[client]);
    this.session[client] = -1;
    return true;
  }

  digest(add: (value: number) => void): void {
    for (let client = 0; client < this.session.length; client++) {
      add(this.session[client]);
      add(this.ended[client]);
    }
  }
}
