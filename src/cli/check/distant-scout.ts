/** Scouts in other threads, and the line on which they are spoken to. Who explores does so without a pause, and waits for them as for a value. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Order, Scout, Scouting, Sighting } from "../../check/scout.ts";
import { packed, unpacked } from "./sightings.ts";

/** One end of a line. Whoever sends it to a thread must transfer its port. */
export interface Line {
  readonly port: MessagePort;
  /** Two integers: whether the scout is there, and how many orders it has answered. */
  readonly signals: Int32Array<SharedArrayBuffer>;
}

const [THERE, ANSWERED] = [0, 1];

/** How long to wait before asking whether the search is over. */
const LOOK_UP_MS = 50;

/** A new line: the end of who explores, and the scout's. */
export function newLine(): [near: Line, far: Line] {
  const { port1, port2 } = new MessageChannel();
  const signals = new Int32Array(new SharedArrayBuffer(8));
  return [
    { port: port1, signals },
    { port: port2, signals },
  ];
}

/** A scout at the other end of a line. */
export class DistantScout implements Scouting {
  readonly #line: Line;
  readonly #isOver: () => boolean;
  #received = 0;

  constructor(line: Line, isOver: () => boolean) {
    this.#line = line;
    this.#isOver = isOver;
  }

  /** Its thread may have others to serve first. */
  get isThere(): boolean {
    return Atomics.load(this.#line.signals, THERE) === 1;
  }

  send(order: Order): void {
    this.#line.port.postMessage(order);
  }

  get isBack(): boolean {
    return Atomics.load(this.#line.signals, ANSWERED) > this.#received;
  }

  receive(): readonly Sighting[] {
    const { port, signals } = this.#line;
    while (!this.#isOver()) {
      const answer = receiveMessageOnPort(port);
      if (answer !== undefined) {
        this.#received++;
        return unpacked(answer.message);
      }
      Atomics.wait(signals, ANSWERED, this.#received, LOOK_UP_MS);
    }
    return [];
  }
}

/** What a scout's thread does: answers one order after the other, until the other end is closed. */
export async function answer({ port, signals }: Line, scout: Scout): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    port.on("close", resolve);
  });
  port.on("message", (order: Order) => {
    port.postMessage(packed(scout.look(order)));
    Atomics.add(signals, ANSWERED, 1);
    Atomics.notify(signals, ANSWERED);
  });
  Atomics.store(signals, THERE, 1);
  await closed;
}
