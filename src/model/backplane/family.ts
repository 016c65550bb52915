import type { CauseName } from "../trace/causes.ts";
import type { Field } from "../world/field.ts";
import type { World } from "../world/world.ts";

/** When a server hands out to its own clients what one of them says: when it hears it from the backplane, at once, or both. */
export type OwnMessages = "heard" | "at-once" | "twice";

/** What joins the servers, as they see it: the same for each kind. */
export interface Backplane {
  /** What it is, in a few words and with its source. */
  readonly says: string;
  /** Fields of its own, beside its kind. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** The causes of loss that it inflicts by itself, and not by a part. */
  readonly causes?: readonly CauseName[];
  /** Whether its adapter keeps Socket.IO's sessions and messages, so that clients can be taken back. FACTS §1.6. */
  readonly keepsSessions: boolean;
  /** When a server hands out what its own clients say; else at once. */
  readonly ownMessages?: (world: World) => OwnMessages;
  /** A server hands a message out to its own sockets when its publish is answered, or refused; else at once. */
  readonly isAwaited?: boolean;
  /** Whether a server is subscribed to where this was published; else it is, if it is subscribed at all. */
  readonly hears?: (world: World, server: number, message: number, origin: number) => boolean;
  /** A message has arrived: whether it is taken; else its branch has ended. Without it, all are. */
  readonly takes?: (world: World, message: number) => boolean;
  /** Redis has got a message: whether it is for one server, and has gone there, or to who asks where its recipient is. */
  readonly directs?: (world: World, message: number, origin: number) => boolean;
  /** Redis has got a command that is none of Pub/Sub's. */
  readonly obey?: (world: World, x: number, y: number) => void;
  /** Redis has died, and what it kept with it. */
  readonly forget?: (world: World) => void;
  /** A server, or a publisher, which are counted after the servers, is told something that is no message of Pub/Sub. */
  readonly hear?: (world: World, asker: number, x: number, y: number) => void;
  /** A server has got a push: whether it was for a client that it does not hold, and the message's branch has gone on, or ended. */
  readonly misses?: (world: World, server: number, message: number, origin: number) => boolean;
  /** A run begins, with all servers connected. */
  readonly begin: (world: World) => void;
  /**
   * A server has handed a message out to its own sockets. The branch of the message that brought it there goes on
   * from here, or ends.
   */
  readonly publish: (world: World, server: number, message: number) => void;
  /** A publisher, which is no server, sends: the message's branch goes on from here, or ends. */
  readonly publishFrom: (world: World, publisher: number, message: number) => void;
  /** A server's process ends, killed or told to stop (`wasToldTo` 1), and its sessions have not ended yet. */
  readonly serverDies?: (world: World, server: number, wasToldTo: 0 | 1) => void;
  readonly serverDied: (world: World, server: number, wasToldTo: 0 | 1) => void;
  readonly serverBooted: (world: World, server: number) => void;
}
