/**
 * What a world is built from: a scenario in the model's own terms. Times are µs, names are numbers.
 * `src/scenario/build.ts` makes it from a scenario; nothing here has a default.
 */

/** A one-way delay, drawn for every packet. µs. */
export type LatencySettings =
  | { readonly kind: "constant"; readonly us: number }
  | { readonly kind: "uniform"; readonly minUs: number; readonly maxUs: number }
  | { readonly kind: "normal"; readonly meanUs: number; readonly sdUs: number }
  | { readonly kind: "exponential"; readonly minUs: number; readonly meanUs: number };

/** Gilbert–Elliott loss: a packet is lost with one of two probabilities. No bursts: `burst` is null. */
export interface LossSettings {
  readonly good: number;
  readonly burst: null | { readonly bad: number; readonly meanGoodUs: number; readonly meanBadUs: number };
}

export interface LinkSettings {
  readonly latency: LatencySettings;
  readonly loss: LossSettings;
}

/** The fields of parts by their names in the settings. A part reads its own with own-settings.ts. */
export type PartSettings = Readonly<Record<string, number | boolean | string>>;

interface BalancerSettings {
  /** A member of POLICIES. */
  readonly policy: string;
  /** A member of BALANCER_KINDS. */
  readonly kind: string;
  readonly own: PartSettings;
}

/** What the last balancer's list says of a server. */
interface UpstreamSettings {
  readonly weight: number;
  /** It stands by. */
  readonly isBackup: boolean;
  /** It is out of service. */
  readonly isDown: boolean;
  /** Since when it is on the list. µs. */
  readonly listedUs: number;
  /** When it is taken off, ∞: it is not. µs. */
  readonly removedUs: number;
}

/** One client: who it is and when it opens its page. */
export interface ClientSettings {
  readonly group: number;
  readonly room: number;
  /** IPv4 address as an unsigned 32-bit integer. */
  readonly address: number;
  /** The browser that it is a page of, if it shares one; −1 it does not. */
  readonly browser: number;
  /** The person whose tab or device it is: a row of `users`. */
  readonly user: number;
  readonly startUs: number;
  readonly startConnected: boolean;
}

/** A range of times; equal ends mean no draw. µs. */
export interface RangeUs {
  readonly minUs: number;
  readonly maxUs: number;
}

/** From one time to the next; with a mean, exponentially distributed. µs. */
export type GapUs = RangeUs | { readonly meanUs: number };

/** One line of the workload: each of its senders sends, once or again and again. */
export interface SendSettings {
  /** Nodes. */
  readonly senders: readonly number[];
  readonly audience: number;
  /** Client for `direct`, else −1. */
  readonly target: number;
  /** What can't be written at once is dropped. */
  readonly isVolatile: boolean;
  /** First time; null: one `every` after the sender's start, which for all but clients is 0. */
  readonly first: RangeUs | null;
  /** From one time to the next; null: once only. */
  readonly every: GapUs | null;
  readonly untilUs: number;
  /** An EventId. */
  readonly eventId: number;
  /** How large each message is; 0: it is not said. */
  readonly bytes: number;
}

/** Something that goes wrong, or right again: at a time, or when a packet is sent. */
export type FaultSettings =
  | ({ readonly atUs: number } & (
      | {
          readonly target: "server";
          readonly index: number;
          readonly act: "crash" | "restart" | "stop" | "disconnect";
        }
      | { readonly target: "balancer"; readonly index: number; readonly act: "crash" | "restart" | "reload" }
      /** `index` −1: there is none. */
      | { readonly target: "channel"; readonly index: number; readonly act: "crash" | "restart" }
      | { readonly target: "backplane"; readonly act: "crash" | "restart" | "freeze" | "resume" }
      | { readonly target: "client"; readonly clients: readonly number[]; readonly act: "crash" | "restart" }
      | {
          readonly target: "process";
          /** Clients and servers. */
          readonly nodes: readonly number[];
          readonly act: "freeze" | "resume" | "throttle";
          /** Of a throttled one: between the instants at which its timers may fire. µs. */
          readonly alignUs: number;
        }
      | ({ readonly target: "link"; readonly links: readonly number[] } & (
          | { readonly act: "cut" | "heal" }
          | { readonly act: "mute"; readonly direction: number; readonly bySender: boolean }
          | { readonly act: "slow"; readonly latency: LatencySettings }
          | { readonly act: "lose"; readonly loss: LossSettings }
        ))
    ))
  | PacketFault;

/** One packet of a link is dropped, or held back. */
export interface PacketFault {
  readonly target: "packet";
  readonly link: number;
  readonly up: boolean;
  /** Which packet in this direction, from 1, those counted that are sent again. */
  readonly packet: number;
  /** By how much it is late; null: it is dropped. µs. */
  readonly delayUs: number | null;
}

/** A process that publishes to the backplane, and is nobody's server. */
interface PublisherSettings {
  /** Whether a server that hears it tells all others again, instead of its own sockets only. */
  readonly rebroadcast: boolean;
}

/** What sends by other channels what is not read on the page. */
interface GatewaySettings {
  readonly own: PartSettings;
  /** In the order in which they are taken. `kind`: a member of CHANNELS. */
  readonly channels: readonly { readonly kind: string; readonly own: PartSettings }[];
}

export interface Settings {
  readonly clients: readonly ClientSettings[];
  /** What the members of each client group share. */
  readonly groups: readonly PartSettings[];
  readonly rooms: number;
  /** In a row: the first has the clients, the last the servers. */
  readonly balancers: readonly BalancerSettings[];
  /** How many servers there are. */
  readonly servers: number;
  /** One a server. */
  readonly upstreams: readonly UpstreamSettings[];
  /** What all servers share. */
  readonly server: PartSettings;
  /** A member of BACKPLANES. */
  readonly backplane: string;
  /** What it has of its own. */
  readonly backplaneOwn: PartSettings;
  readonly publishers: readonly PublisherSettings[];
  /** null: there is none. */
  readonly gateway: GatewaySettings | null;
  /** How it is kept who is online: a member of PRESENCE, and its fields. */
  readonly presence: { readonly kind: string; readonly own: PartSettings };
  /** People, each by the first of its clients. */
  readonly users: readonly number[];
  /** By number (links.ts). Links that are alike share one object. */
  readonly links: readonly LinkSettings[];
  readonly sends: readonly SendSettings[];
  /** Whether somebody goes by when something was written last: any of them is volatile, or servers exit. */
  readonly notesWrites: boolean;
  /** Whether any client loads what there is before it listens. */
  readonly hasLoaders: boolean;
  readonly faults: readonly FaultSettings[];
}
