/**
 * The world: all state of a simulation, as plain columns, and the two things that a part can do beyond its own data,
 * make something happen (`send`) and write it down (`record`). What makes it run is in simulation.ts.
 */
import type { Choices } from "../../kernel/choices.ts";
import { EventQueue } from "../../kernel/queue.ts";
import type { Runner } from "../../statechart/runner.ts";
import { Inbox } from "../backplane/backplane.part.ts";
import { Positions } from "../backplane/history.part.ts";
import { OutputBuffers } from "../backplane/output-buffer.part.ts";
import { RedisClients, RoomChannels } from "../backplane/redis-client.part.ts";
import { LookUps, Registrars, RegistryEntries } from "../backplane/registry.part.ts";
import { Readers, StreamLogs } from "../backplane/streams.part.ts";
import { Vendors } from "../backplane/vendor.part.ts";
import { Balancers } from "../balancer/balancer.part.ts";
import { Destinations, Exchanges, Tries } from "../balancer/exchange.part.ts";
import { HealthChecks } from "../balancer/health.part.ts";
import { Peers, Turns, Upstreams } from "../balancer/upstream.part.ts";
import { BrowserConnections, Browsers, WaitingRequests } from "../client/browser.part.ts";
import { Clients } from "../client/client.part.ts";
import { ConsumerGroups, Consumers, StreamEntries } from "../delivery/consumer.part.ts";
import { Deliveries, Emits, Senders } from "../delivery/delivery.part.ts";
import { Handlings, SeenIds } from "../delivery/handling.part.ts";
import { Outboxes } from "../delivery/relay.part.ts";
import { Writings } from "../delivery/writing.part.ts";
import { Connections, Ends } from "../fate/ends.part.ts";
import { Rooms } from "../fate/membership.ts";
import { Copies, Messages, Reasons, Tally } from "../fate/oracle.part.ts";
import { FallbackOf, Fallbacks } from "../gateway/fallback.part.ts";
import { Conversations, Notices, Spendings } from "../gateway/gateway.part.ts";
import { Packets } from "../network/packets.ts";
import { QuicFrames, QuicPaths } from "../network/quic.part.ts";
import { Segments, Streams } from "../network/tcp.part.ts";
import { PresenceReplicas, PresenceRounds, PresenceTracks } from "../presence/rounds.part.ts";
import {
  FilterBits,
  PresenceEntries,
  PresenceInbox,
  PresenceLooks,
  PresenceStreams,
  Presences,
  Users,
} from "../presence/store.part.ts";
import { Overdue, Processes } from "../process/process.part.ts";
import { Mailboxes } from "../server/mailbox.part.ts";
import { SendBuffers } from "../server/send-buffer.part.ts";
import { Servers } from "../server/server.part.ts";
import { LocalRooms, Memberships, Sessions } from "../server/session.part.ts";
import { Jobs, Workers, WorkQueues } from "../server/worker.part.ts";
import type { Trace } from "../trace/trace.ts";
import { Links } from "./links.ts";
import { Nodes } from "./nodes.ts";
import type { Settings } from "./settings.ts";

/** A part that is a statechart. */
type Machine = { readonly number: number };

export abstract class World {
  settings: Settings;
  choices: Choices;
  readonly queue = new EventQueue();
  readonly trace: Trace | null;

  readonly nodes: Nodes;
  readonly rooms: Rooms;
  /** Whether some clients take a message for a sign of life; asked for each message. */
  readonly messagesFeed: boolean;

  // Tables. A part that keeps data of its own has its table here, and it is saved, restored and told with the others.
  readonly links: Links;
  readonly connections = new Connections();
  readonly ends = new Ends();
  readonly clients = new Clients();
  readonly balancers = new Balancers();
  readonly exchanges = new Exchanges();
  readonly tries = new Tries();
  readonly upstreams = new Upstreams();
  readonly peers = new Peers();
  readonly turns = new Turns();
  readonly healthChecks = new HealthChecks();
  readonly sessions = new Sessions();
  readonly sendBuffers = new SendBuffers();
  readonly memberships = new Memberships();
  readonly localRooms: LocalRooms;
  readonly processes: Processes;
  readonly overdue = new Overdue();
  readonly browsers = new Browsers();
  readonly browserConnections = new BrowserConnections();
  readonly waitingRequests = new WaitingRequests();
  readonly mailboxes = new Mailboxes();
  readonly redisClients = new RedisClients();
  readonly roomChannels = new RoomChannels();
  readonly outputs = new OutputBuffers();
  readonly streamLogs = new StreamLogs();
  readonly readers = new Readers();
  readonly registrars = new Registrars();
  readonly registryEntries = new RegistryEntries();
  readonly lookUps = new LookUps();
  readonly inbox = new Inbox();
  readonly packets = new Packets();
  readonly streams = new Streams();
  readonly segments = new Segments();
  readonly quicPaths = new QuicPaths();
  readonly quicFrames = new QuicFrames();
  readonly messages = new Messages();
  readonly copies = new Copies();
  readonly reasons = new Reasons();
  readonly tally = new Tally();
  readonly servers = new Servers();
  readonly workers = new Workers();
  readonly workQueues = new WorkQueues();
  readonly jobs = new Jobs();
  readonly destinations = new Destinations();
  readonly notices = new Notices();
  readonly fallbacks = new Fallbacks();
  readonly fallbackOf = new FallbackOf();
  readonly spendings = new Spendings();
  readonly deliveries = new Deliveries();
  readonly emits = new Emits();
  readonly senders = new Senders();
  readonly handlings = new Handlings();
  readonly seenIds = new SeenIds();
  readonly users = new Users();
  readonly presences = new Presences();
  readonly presenceEntries = new PresenceEntries();
  readonly filter = new FilterBits();
  readonly presenceStreams = new PresenceStreams();
  readonly presenceInbox = new PresenceInbox();
  readonly presenceLooks = new PresenceLooks();
  readonly presenceRounds = new PresenceRounds();
  readonly presenceReplicas = new PresenceReplicas();
  readonly presenceTracks = new PresenceTracks();
  readonly vendors = new Vendors();
  readonly positions = new Positions();
  readonly conversations = new Conversations();
  readonly writings = new Writings();
  readonly outboxes = new Outboxes();
  readonly consumers = new Consumers();
  readonly consumerGroups = new ConsumerGroups();
  readonly streamEntries = new StreamEntries();

  /** The machines' entities, by the machines' numbers. */
  abstract readonly runners: readonly Runner<World>[];

  constructor(settings: Settings, choices: Choices, trace: Trace | null) {
    this.settings = settings;
    this.choices = choices;
    this.trace = trace;
    this.nodes = new Nodes({
      client: settings.clients.length,
      balancer: settings.balancers.length,
      server: settings.servers,
      backplane: settings.backplane === "none" && settings.presence.kind === "none" ? 0 : 1,
      publisher: settings.publishers.length,
      gateway: settings.gateway === null ? 0 : 1,
      channel: settings.gateway?.channels.length ?? 0,
    });
    this.processes = new Processes(this.nodes, settings);
    this.rooms = new Rooms(settings);
    this.messagesFeed = settings.groups.some(({ watchdogHears }) => watchdogHears === "all");
    this.links = new Links(this.nodes, settings);
    this.localRooms = new LocalRooms(settings.servers * (settings.rooms + 1));
  }

  /** Makes an event happen now. Codes are those of the parts' declarations (`SessionEvent.WRITE`). */
  abstract send(code: number, entity: number, x: number, y: number): void;

  /** A new entity of a part's machine, not started. */
  add({ number }: Machine): number {
    return this.runners[number]!.add();
  }

  /** Puts an entity into its machine's initial state. */
  start({ number }: Machine, id: number): void {
    this.runners[number]!.start(id);
  }

  /** So many entities of a part's machine come to be and are put into its initial state. */
  startMany({ number }: Machine, count: number): void {
    const runner = this.runners[number]!;
    runner.reserve(count);
    for (let i = 0; i < count; i++) runner.start(runner.add());
  }

  /** Whether an entity of a part's machine is in the state of this path: "open" holds in "open.polling". */
  isIn({ number }: Machine, id: number, path: string): boolean {
    return this.runners[number]!.inState(id, path);
  }

  /** Writes a record to the trace, if one is kept. */
  record(kind: number, a: number, b: number, c: number, d: number, e: number): void {
    if (this.trace !== null) this.trace.push(this.queue.nowUs, kind, a, b, c, d, e);
  }
}
