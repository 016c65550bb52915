/**
 * What makes a world run: everybody takes their place, then one event after the other happens. A simulation is a function of
 * (settings, choices): the same pair gives the same trace, to the byte.
 */
import type { Choices, ChoicesState } from "../kernel/choices.ts";
import type { QueueState } from "../kernel/queue.ts";
import { ReferenceRunner } from "../statechart/reference.ts";
import { CompiledRunner, type Runner, type RunnerState, type Timers } from "../statechart/runner.ts";
import { backplaneOf } from "./backplane/index.ts";
import { PublisherEvent } from "./backplane/publisher.part.ts";
import { addBalancers } from "./balancer/balancers.ts";
import { exchangePart } from "./balancer/exchange.part.ts";
import { addHealthChecks } from "./balancer/health.ts";
import { adopt, mayAdopt } from "./client/adoption.ts";
import { addBrowsers } from "./client/browsers.ts";
import { ClientEvent } from "./client/client.part.ts";
import { addTaskStream } from "./delivery/consumer.ts";
import { addSenders } from "./delivery/delivery.ts";
import { addSessionMailboxes } from "./delivery/recovery.ts";
import { addOutbox } from "./delivery/relay.ts";
import { expectSends } from "./fate/oracle.ts";
import { drawGapUs } from "./fate/workload.ts";
import { addGateway } from "./gateway/watched.ts";
import { outerNode } from "./network/link.ts";
import { NONE } from "./network/packets.ts";
import { usesQuic } from "./network/quic.part.ts";
import { adoptPaths } from "./network/quic.ts";
import { adoptStreams } from "./network/tcp.ts";
import { HANDLERS, MODEL } from "./parts.ts";
import { addPresence } from "./presence/store.ts";
import { processPart } from "./process/process.part.ts";
import { holdBack } from "./process/process.ts";
import { heartbeatPart } from "./server/heartbeat.part.ts";
import { addServers } from "./server/limits.ts";
import { addMailboxes } from "./server/mailboxes.ts";
import { ServerEvent } from "./server/server.part.ts";
import { sessionPart } from "./server/session.part.ts";
import { addWorkers } from "./server/work.ts";
import { Simultaneous } from "./simultaneous.ts";
import { Purpose } from "./trace/purposes.ts";
import { RecordKind } from "./trace/records.ts";
import { Trace } from "./trace/trace.ts";
import { scheduleFaults } from "./world/faults.ts";
import { EVENT_BITS, EVENT_MASK, FIRST_HANDLER, type Home } from "./world/part.ts";
import type { Settings } from "./world/settings.ts";
import { type SavedTables, Table, Tables } from "./world/table.ts";
import { World } from "./world/world.ts";

/** A world frozen in time, to be restored into a simulation with the same settings. */
export interface SavedWorld {
  readonly queue: QueueState;
  readonly choices: ChoicesState;
  readonly tables: SavedTables;
  readonly runners: readonly RunnerState[];
  /** How long the trace was. Its records stay in it. */
  readonly traceRows: number;
}

export interface SimulationOptions {
  /** Keep a trace. Without it only the tally and the fates of the copies are kept. Default true. */
  readonly trace?: boolean;
  /**
   * Run the machines with XState's own interpreter instead of the compiled tables: slow, and what the tables are held
   * against.
   */
  readonly reference?: boolean;
  /** What stands between the compiled machines and the queue, to note when their timers are set; nothing by default. */
  readonly timers?: (queue: Timers) => Timers;
  /** How many of the last faults to hold back until {@link scheduleFaults} lets them in. Default 0. */
  readonly lateFaults?: number;
}

export class Simulation extends World {
  readonly runners: readonly Runner<World>[];
  /** All tables but the trace: what is saved, restored, and told. */
  readonly tables: Tables;
  readonly #lateFaults: number;
  readonly #simultaneous: Simultaneous;
  /** As its choices say. Asked for each event. */
  #drawsOrder: boolean;
  /** null where no process is ever frozen or throttled. */
  readonly #ownerOf: ((entity: number) => number)[] | null;
  /** This world before anybody took their place. */
  readonly #empty: SavedWorld | null;

  constructor(settings: Settings, choices: Choices, options: SimulationOptions = {}) {
    super(settings, choices, options.trace === false ? null : new Trace());
    this.tables = new Tables(
      Object.values(this).filter((value) => value instanceof Table && value !== this.trace),
    );
    this.#simultaneous = new Simultaneous(MODEL.map(({ part }) => this.nodesOf(part.home)));
    this.#drawsOrder = choices.drawsOrder;
    const timers = options.timers?.(this.queue) ?? this.queue;
    this.runners = MODEL.map(({ part, chart, machine }) => {
      const nodeOf = this.nodesOf(part.home);
      // Entering the initial state is no news: the chart says what it is.
      const observe = (id: number, from: number, to: number) => {
        if (from >= 0) this.record(RecordKind.transition, part.number, id, from, to, nodeOf(id));
      };
      const base = part.number << EVENT_BITS;
      return options.reference === true
        ? new ReferenceRunner<World>(machine, chart, this, this.queue, base, observe)
        : new CompiledRunner<World>(chart, this, timers, base, this.trace === null ? undefined : observe);
    });
    this.#ownerOf = this.processes.rows === 0 ? null : this.#owners();
    this.#lateFaults = options.lateFaults ?? 0;
    // XState's actors can't be saved.
    this.#empty = options.reference === true ? null : this.save();
    this.#populate();
  }

  /**
   * Begins again with other choices, as a new simulation would, in a fraction of the time. The trace is emptied. Not for
   * one that runs on XState's interpreter.
   *
   * @param settings may kill and restart other processes than before, and be different in nothing else
   */
  begin(choices: Choices, settings: Settings = this.settings): void {
    if (this.#empty === null) throw new Error("a world of XState's actors can't begin again");
    this.#putBack(this.#empty);
    this.take(choices, settings);
    this.#populate();
  }

  send(code: number, entity: number, x: number, y: number): void {
    const number = code >> EVENT_BITS;
    if (number < FIRST_HANDLER) this.runners[number]!.send(entity, code & EVENT_MASK, x, y);
    else HANDLERS[number - FIRST_HANDLER]!.handle(this, code, entity, x, y);
  }

  /** Runs the next event, if it is not later than `limitUs`. */
  step(limitUs: number): boolean {
    const { queue } = this;
    if (this.#drawsOrder) {
      if (!this.#simultaneous.take(this, limitUs)) return false;
    } else if (!queue.pop(limitUs)) return false;
    if (this.#ownerOf !== null && this.#holdsBack()) return true;
    this.send(queue.code, queue.entity, queue.x, queue.y);
    return true;
  }

  /** Whether the event that was taken is one of a process that can't have it now. */
  #holdsBack(): boolean {
    const { code, entity, x, y } = this.queue;
    const ownerOf = this.#ownerOf![code >> EVENT_BITS];
    return ownerOf !== undefined && holdBack(this, ownerOf(entity), code, entity, x, y);
  }

  /** By number of a part that clients or servers run: on which node an entity is. What is not theirs has none. */
  #owners(): ((entity: number) => number)[] {
    const owners: ((entity: number) => number)[] = [];
    for (const { part } of MODEL) {
      const { home } = part;
      const of = typeof home === "object" ? home.column : home;
      if (of === "client" || of === "server") owners[part.number] = this.nodesOf(home);
    }
    return owners;
  }

  /**
   * A copy of all state but the trace's records. Not for a world that runs on XState's interpreter.
   *
   * @param old a copy that nobody needs any more: its memory is used again
   */
  save(old?: SavedWorld): SavedWorld {
    return {
      queue: this.queue.save(),
      choices: this.choices.save(),
      tables: this.tables.save(old?.tables),
      runners: this.runners.map((runner, i) => (runner as CompiledRunner<World>).save(old?.runners[i])),
      traceRows: this.trace?.rows ?? 0,
    };
  }

  /**
   * Goes back, or forward, to a saved state; the trace's records up to there are those that it has.
   *
   * Goes on from there with these choices and settings, as {@link take} says.
   */
  restore(saved: SavedWorld, choices: Choices = this.choices, settings: Settings = this.settings): void {
    this.take(choices, settings);
    choices.restore(saved.choices);
    this.#putBack(saved);
  }

  /** Goes on with other choices, which have drawn alike so far, and with other settings, as for {@link begin}. */
  take(choices: Choices, settings: Settings): void {
    this.choices = choices;
    this.#drawsOrder = choices.drawsOrder;
    this.settings = settings;
  }

  /** Everything but the choices. */
  #putBack(saved: SavedWorld): void {
    this.trace?.goTo(saved.traceRows);
    this.queue.restore(saved.queue);
    this.tables.restore(saved.tables);
    this.runners.forEach((runner, i) => {
      (runner as CompiledRunner<World>).restore(saved.runners[i]!);
    });
  }

  /** On which node an entity is, for a part's home. */
  nodesOf(home: Home): (id: number) => number {
    if (home === "link") return (link) => outerNode(this, link);
    if (typeof home === "string") return (id) => this.nodes.first[home] + id;
    const { column, of } = home;
    const table = (this as unknown as Readonly<Record<string, Readonly<Record<string, Int32Array>>>>)[of]!;
    const first = column === "node" ? 0 : this.nodes.first[column];
    return (id) => first + table[column]![id]!;
  }

  /** Everybody takes their place, and all that begins by itself is scheduled. */
  #populate(): void {
    const { settings, nodes, links } = this;
    addBalancers(this);
    addHealthChecks(this);
    addServers(this);
    addWorkers(this);
    // Machines that are a node's or a link's own have one entity for each; the others are added when there is
    // something for them to do.
    for (const { part } of MODEL) {
      if (part.home === "link") this.startMany(part, links.rows);
      else if (typeof part.home === "string") this.startMany(part, nodes.count[part.home]);
    }
    this.startMany(processPart, this.processes.rows);
    backplaneOf(this).begin(this);
    addSenders(this);
    addSessionMailboxes(this);
    addOutbox(this);
    addTaskStream(this);
    addPresence(this);
    this.#addClients();
    addBrowsers(this);
    addMailboxes(this);
    addGateway(this);
    expectSends(this);
    settings.sends.forEach(({ senders, first, every, untilUs }, line) => {
      for (const sender of senders) {
        const client = settings.clients[sender];
        const startUs = first === null && client !== undefined ? client.startUs : 0;
        const atUs = startUs + drawGapUs(this.choices, Purpose.firstSend, (first ?? every)!);
        if (atUs > untilUs) continue;
        if (client !== undefined) this.queue.schedule(atUs, ClientEvent.TICK, sender, line, 0);
        else {
          const isServer = nodes.kindOf(sender) === "server";
          const code = isServer ? ServerEvent.TICK : PublisherEvent.TICK;
          this.queue.schedule(atUs, code, nodes.indexOf(sender), line, 0);
        }
      }
    });
    scheduleFaults(this, 0, settings.faults.length - this.#lateFaults);
  }

  #addClients(): void {
    const { clients, settings } = this;
    const count = settings.clients.length;
    clients.reserve(count);
    clients.addMany(count);
    settings.clients.forEach((client, i) => {
      clients.group[i] = client.group;
      clients.room[i] = client.room;
      clients.address[i] = client.address;
    });
    // Everybody will have one of each.
    for (const table of [this.connections, this.exchanges, this.tries, this.sessions]) table.reserve(count);
    for (const part of [exchangePart, sessionPart, heartbeatPart]) this.runners[part.number]!.reserve(count);
    this.memberships.reserve(2 * count);
    this.streams.reserve(4 * count);
    // Their streams to the first balancer stand together: a room's packets on their way to its members pass over one after the other.
    const streams = settings.clients.map(({ startConnected }, i) =>
      startConnected ? adoptStreams(this, i) : NONE,
    );
    settings.clients.forEach((client, i) => {
      if (client.startConnected && mayAdopt(this, i)) {
        if (usesQuic(settings.groups[client.group]!)) adoptPaths(this, streams[i]!);
        adopt(this, i, streams[i]!);
      } else this.queue.schedule(client.startUs, ClientEvent.START, i, 0, 0);
    });
  }
}
