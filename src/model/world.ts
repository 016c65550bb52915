/**
 * The world: all state of a simulation, as plain columns, and the one function that makes something happen in it. It is a
 * function of (settings, choices): the same pair gives the same trace, to the byte.
 */
import type { Choices, ChoicesState } from "../kernel/choices.ts";
import { EventQueue, type QueueState } from "../kernel/queue.ts";
import { uniformUs } from "../kernel/sampling.ts";
import { ReferenceRunner } from "../statechart/reference.ts";
import { CompiledRunner, type Runner, type RunnerState } from "../statechart/runner.ts";
import { POLICIES } from "./balancing/index.ts";
import type { Policy } from "./balancing/policy.ts";
import { clientSocketEvent } from "./client-socket.ts";
import {
  BackplaneEvent,
  BalancerEvent,
  CLIENT_SOCKET,
  ClientEvent,
  ConnectionEvent,
  EVENT_BITS,
  EVENT_MASK,
  LinkEvent,
  Machine,
  RedisClientEvent,
  ScriptEvent,
  ServerEvent,
  SessionEvent,
  TCP,
} from "./codes.ts";
import { Connections, Cuts, Ends, openConnection } from "./ends.ts";
import { adoptExchange } from "./exchange.ts";
import { backplaneLink, type HopSettings, hopSettings, outerNode } from "./link.ts";
import { MODEL } from "./machines.ts";
import { Copies, Messages, Tally } from "./oracle.ts";
import { NONE, Packets } from "./packets.ts";
import { Purpose } from "./purposes.ts";
import { RecordKind } from "./records.ts";
import { publisherOf, subscriberOf } from "./redis-client.ts";
import { Rooms } from "./rooms.ts";
import { openSession } from "./session.ts";
import type { Settings } from "./settings.ts";
import { type SavedTable, Table } from "./table.ts";
import {
  Clients,
  Exchanges,
  Inbox,
  LocalRooms,
  Memberships,
  RedisClients,
  Registers,
  Sessions,
  Tries,
  Upstreams,
} from "./tables.ts";
import { openStreams, Segments, Streams, tcpEvent } from "./tcp.ts";
import { Trace } from "./trace.ts";

/** A world frozen in time, to be restored into a world with the same settings. */
export interface SavedWorld {
  readonly queue: QueueState;
  readonly choices: ChoicesState;
  readonly tables: readonly SavedTable[];
  readonly runners: readonly RunnerState[];
}

export interface WorldOptions {
  /** Keep a trace. Without it only the tally and the fates of the copies are kept. Default true. */
  readonly trace?: boolean;
  /** Run the machines with XState's own interpreter instead of the compiled tables: slow, and what the tables are held against. */
  readonly reference?: boolean;
  /** So many of the last faults are left out until {@link World.scheduleFaults} lets them in. Default 0. */
  readonly lateFaults?: number;
}

const BACKPLANE_ACTS = {
  crash: BackplaneEvent.CRASH,
  restart: BackplaneEvent.RESTART,
  freeze: BackplaneEvent.FREEZE,
  resume: BackplaneEvent.RESUME,
} as const;

export class World {
  readonly settings: Settings;
  choices: Choices;
  readonly queue = new EventQueue();
  readonly trace: Trace | null;

  readonly clientCount: number;
  readonly serverCount: number;
  /** Numbers of nodes in the trace. */
  readonly balancerNode: number;
  readonly firstServerNode: number;
  readonly backplaneNode: number;

  readonly rooms: Rooms;
  readonly hops: readonly [HopSettings, HopSettings, HopSettings];
  readonly policy: Policy;

  readonly connections = new Connections();
  readonly ends = new Ends();
  readonly cuts: Cuts;
  readonly clients = new Clients();
  readonly exchanges = new Exchanges();
  readonly tries = new Tries();
  readonly sessions = new Sessions();
  readonly memberships = new Memberships();
  readonly localRooms: LocalRooms;
  readonly upstreams = new Upstreams();
  readonly redisClients = new RedisClients();
  readonly inbox = new Inbox();
  readonly registers = new Registers();
  readonly packets = new Packets();
  readonly streams = new Streams();
  readonly segments = new Segments();
  readonly messages = new Messages();
  readonly copies = new Copies();
  readonly tally = new Tally();
  /** All tables but the trace: what is saved, restored, and told. */
  readonly tables: readonly Table[];
  readonly #lateFaults: number;
  /** This world before anybody took their place. */
  readonly #empty: SavedWorld | null;

  /** The runners, by machine. */
  readonly runners: readonly Runner<World>[];
  readonly client: Runner<World>;
  readonly connection: Runner<World>;
  readonly exchange: Runner<World>;
  readonly balancer: Runner<World>;
  readonly server: Runner<World>;
  readonly session: Runner<World>;
  readonly heartbeat: Runner<World>;
  readonly link: Runner<World>;

  constructor(settings: Settings, choices: Choices, options: WorldOptions = {}) {
    this.settings = settings;
    this.choices = choices;
    this.trace = options.trace === false ? null : new Trace();
    this.clientCount = settings.clients.length;
    this.serverCount = settings.servers;
    this.balancerNode = this.clientCount;
    this.firstServerNode = this.clientCount + 1;
    this.backplaneNode = this.firstServerNode + this.serverCount;
    this.rooms = new Rooms(settings);
    this.cuts = new Cuts(this.clientCount + 2 * settings.servers);
    this.localRooms = new LocalRooms(settings.servers * (settings.rooms + 1));
    this.tables = Object.values(this).filter((value) => value instanceof Table && value !== this.trace);
    this.policy = POLICIES[settings.policy];
    const cuts = settings.faults.some((fault) => fault.act === "cut");
    this.hops = [
      hopSettings(settings.clientLink, cuts),
      hopSettings(settings.serverLink, cuts),
      hopSettings(settings.backplaneLink, cuts),
    ];
    this.runners = MODEL.map(({ chart, machine }, index) => {
      const base = index << EVENT_BITS;
      // Entering the initial state is no news: the chart says what it is.
      const observe = (id: number, from: number, to: number) => {
        if (from >= 0) this.record(RecordKind.transition, index, id, from, to, this.#nodeOf(index, id));
      };
      return options.reference === true
        ? new ReferenceRunner<World>(machine, chart, this, this.queue, base, observe)
        : new CompiledRunner<World>(chart, this, this.queue, base, this.trace === null ? undefined : observe);
    });
    this.client = this.runners[Machine.client]!;
    this.connection = this.runners[Machine.connection]!;
    this.exchange = this.runners[Machine.exchange]!;
    this.balancer = this.runners[Machine.balancer]!;
    this.server = this.runners[Machine.server]!;
    this.session = this.runners[Machine.session]!;
    this.heartbeat = this.runners[Machine.heartbeat]!;
    this.link = this.runners[Machine.link]!;
    this.#lateFaults = options.lateFaults ?? 0;
    // XState's actors can't be saved.
    this.#empty = options.reference === true ? null : this.save();
    this.#populate();
  }

  /**
   * Begins again with other choices, as a new world with the same settings would, in a fraction of the time. The trace is emptied. Not
   * for a world that runs on XState's interpreter.
   */
  begin(choices: Choices): void {
    if (this.#empty === null) throw new Error("a world of XState's actors can't begin again");
    this.#putBack(this.#empty);
    this.choices = choices;
    if (this.trace !== null) this.trace.rows = 0;
    this.#populate();
  }

  /** Makes an event happen now: to a machine's entity, or to TCP, a client's socket, or the script. Codes are in codes.ts. */
  send(code: number, entity: number, x: number, y: number): void {
    const machine = code >> EVENT_BITS;
    if (machine < TCP) this.runners[machine]!.send(entity, code & EVENT_MASK, x, y);
    else if (machine === CLIENT_SOCKET) clientSocketEvent(this, code, entity, x, y);
    else if (machine === TCP) tcpEvent(this, code, entity);
    else this.#strike(entity);
  }

  /** Runs the next event, if it is not later than `limitUs`. */
  step(limitUs: number): boolean {
    const { queue } = this;
    if (!queue.pop(limitUs)) return false;
    this.send(queue.code, queue.entity, queue.x, queue.y);
    return true;
  }

  /** Writes a record to the trace, if one is kept. */
  record(kind: number, a: number, b: number, c: number, d: number, e: number): void {
    if (this.trace !== null) this.trace.push(this.queue.nowUs, kind, a, b, c, d, e);
  }

  /** Schedules the faults from number `first` to before `end`. */
  scheduleFaults(first: number, end: number): void {
    for (let i = first; i < end; i++)
      this.queue.schedule(this.settings.faults[i]!.atUs, ScriptEvent.FAULT, i, 0, 0);
  }

  /** A copy of all state but the trace. Not for a world that runs on XState's interpreter. */
  save(): SavedWorld {
    return {
      queue: this.queue.save(),
      choices: this.choices.save(),
      tables: this.tables.map((table) => table.save()),
      runners: this.runners.map((runner) => (runner as CompiledRunner<World>).save()),
    };
  }

  /** Goes back (or forth) to a saved state. The trace is left to the caller. */
  restore(saved: SavedWorld): void {
    this.choices.restore(saved.choices);
    this.#putBack(saved);
  }

  /** Everything but the choices. */
  #putBack(saved: SavedWorld): void {
    this.queue.restore(saved.queue);
    this.tables.forEach((table, i) => {
      table.restore(saved.tables[i]!);
    });
    this.runners.forEach((runner, i) => {
      (runner as CompiledRunner<World>).restore(saved.runners[i]!);
    });
  }

  /** The node on which a machine's entity runs. */
  #nodeOf(machine: number, id: number): number {
    switch (machine) {
      case Machine.client:
      case Machine.connection:
      case Machine.watchdog:
        return id;
      case Machine.server:
        return this.firstServerNode + id;
      case Machine.session:
      case Machine.heartbeat:
        return this.firstServerNode + this.sessions.server[id]!;
      case Machine.redisClient:
        return this.firstServerNode + (id >> 1);
      case Machine.backplane:
        return this.backplaneNode;
      case Machine.link:
        return outerNode(this, id);
      default:
        return this.balancerNode;
    }
  }

  /** Everybody takes their place, and all that begins by itself is scheduled. */
  #populate(): void {
    const { settings } = this;
    this.#startMany(Machine.balancer, 1);
    this.#startMany(Machine.server, this.serverCount);
    this.upstreams.addMany(this.serverCount);
    if (settings.backplane) {
      this.#startMany(Machine.backplane, 1);
      this.redisClients.addMany(this.serverCount * 2);
      // The first streams are the Redis connections', two for each; all later ones are exchanges'.
      for (let server = 0; server < this.serverCount; server++) {
        openStreams(this, backplaneLink(this, server));
        openStreams(this, backplaneLink(this, server));
      }
      this.#startMany(Machine.redisClient, this.serverCount * 2);
      for (let server = 0; server < this.serverCount; server++) {
        this.send(RedisClientEvent.READY, publisherOf(server), 0, 0);
        this.send(RedisClientEvent.READY, subscriberOf(server), 0, 0);
        this.redisClients.subscribed[subscriberOf(server)] = 1;
      }
    }
    this.#startMany(Machine.link, this.clientCount + 2 * this.serverCount);
    this.#addClients();
    settings.sends.forEach(({ clients, first, every, untilUs }, line) => {
      for (const client of clients) {
        const startUs = first === null ? settings.clients[client]!.startUs : 0;
        const { minUs, maxUs } = (first ?? every)!;
        const atUs = startUs + uniformUs(this.choices, Purpose.firstSend, minUs, maxUs);
        if (atUs <= untilUs) this.queue.schedule(atUs, ClientEvent.TICK, client, line, 0);
      }
    });
    this.scheduleFaults(0, settings.faults.length - this.#lateFaults);
  }

  #addClients(): void {
    const { clients } = this;
    clients.reserve(this.clientCount);
    clients.addMany(this.clientCount);
    this.settings.clients.forEach((client, i) => {
      clients.group[i] = client.group;
      clients.room[i] = client.room;
      clients.rank[i] = this.rooms.rankOf(i);
      clients.address[i] = client.address;
    });
    this.#startMany(Machine.client, this.clientCount);
    this.#startMany(Machine.connection, this.clientCount);
    this.#startMany(Machine.watchdog, this.clientCount);
    // Everybody will have one of each.
    for (const table of [this.connections, this.exchanges, this.sessions]) table.reserve(this.clientCount);
    for (const runner of [this.exchange, this.session, this.heartbeat]) runner.reserve(this.clientCount);
    this.memberships.reserve(2 * this.clientCount);
    this.streams.reserve(4 * this.clientCount);
    this.settings.clients.forEach((client, i) => {
      if (client.startConnected) this.#adopt(i);
      else this.queue.schedule(client.startUs, ClientEvent.START, i, 0, 0);
    });
  }

  /** A client whose WebSocket is open when the run begins, on the next server in turn. */
  #adopt(client: number): void {
    const server = this.registers.nextServer[0]!;
    this.registers.nextServer[0] = (server + 1) % this.serverCount;
    const connection = openConnection(this, client, NONE);
    this.clients.connection[client] = connection;
    const session = openSession(this, connection, server);
    this.connections.session[connection] = session;
    const exchange = adoptExchange(this, client, server, session);
    this.send(SessionEvent.ADOPT, session, exchange, 0);
    this.send(ConnectionEvent.ADOPT, client, exchange, 0);
    this.send(ClientEvent.ADOPT, client, 0, 0);
  }

  #startMany(machine: number, count: number): void {
    const runner = this.runners[machine]!;
    runner.reserve(count);
    for (let i = 0; i < count; i++) runner.start(runner.add());
  }

  /** A fault of the scenario strikes. */
  #strike(index: number): void {
    this.record(RecordKind.fault, index, 0, 0, 0, 0);
    const fault = this.settings.faults[index]!;
    switch (fault.target) {
      case "server":
        return this.send(fault.act === "crash" ? ServerEvent.CRASH : ServerEvent.RESTART, fault.index, 0, 0);
      case "balancer":
        return this.send(fault.act === "crash" ? BalancerEvent.CRASH : BalancerEvent.RESTART, 0, 0, 0);
      case "backplane":
        // A variant without a backplane has none that could fail.
        if (this.settings.backplane) this.send(BACKPLANE_ACTS[fault.act], 0, 0, 0);
        return;
      case "link":
        return this.send(fault.act === "cut" ? LinkEvent.CUT : LinkEvent.HEAL, fault.index, 0, 0);
    }
  }
}
