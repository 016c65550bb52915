/** Scouts in other threads, and the line on which they are spoken to. Who explores does so without a pause: it looks whether there is an answer. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Order, Scout, Scouting, Sighting } from "../../check/scout.ts";
import { packed, unpacked } from "./sightings.ts";

/** One end of a line. Whoever sends it to a thread must transfer its port. */
export interface Line {
  readonly port: MessagePort;
  /** One integer: {@link State}. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

const State = { waiting: 0, open: 1, over: 2 } as const;

/** A new line: the end of who explores, and the scout's. */
export function newLine(): [near: Line, far: Line] {
  const { port1, port2 } = new MessageChannel();
  const state = new Int32Array(new SharedArrayBuffer(4));
  return [
    { port: port1, state },
    { port: port2, state },
  ];
}

/** A scout at the other end of a line. */
export class DistantScout implements Scouting {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Its thread is made later than who explores, or has others to serve first. */
  get isThere(): boolean {
    return Atomics.load(this.#line.state, 0) === State.open;
  }

  send(order: Order): void {
    this.#line.port.postMessage(order);
  }

  receive(): readonly Sighting[] | null {
    const answer = receiveMessageOnPort(this.#line.port);
    return answer === undefined ? null : unpacked(answer.message);
  }

  /** Lets the scout go. */
  hangUp(): void {
    Atomics.store(this.#line.state, 0, State.over);
    this.#line.port.close();
  }
}

/** What a scout's thread does: answers one order after the other, until the other end is closed. */
export async function answer({ port, state }: Line, scout: Scout): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    port.on("close", resolve);
  });
  port.on("message", (order: Order) => port.postMessage(packed(scout.look(order))));
  // A line that was closed before anybody listened does not say so again.
  if (Atomics.compareExchange(state, 0, State.waiting, State.open) !== State.over) await closed;
  port.close();
}
