import type { Field } from "../world/field.ts";
import type { World } from "../world/world.ts";

/** How it is known who is online: the same for each kind. */
export interface PresenceStore {
  /** What it is, in a few words and with its source. */
  readonly says: string;
  /** Fields of its own, beside its kind. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** Whether servers announce their connections again and again. */
  readonly isRefreshed: boolean;
  /** A server's word has come that a session is connected, or still is. */
  readonly add: (world: World, session: number) => void;
  /** A server's word has come that a session is over; null: servers do not say so. */
  readonly remove: ((world: World, session: number) => void) | null;
  /** Servers keep it themselves, in their memory: their word goes to nobody else at once. */
  readonly isKeptByServers?: true;
  /** Observers have it from the server to which they are connected, and servers may believe different things; otherwise all have it from the store. */
  readonly isBelievedByServers?: true;
  /** What is kept outlives the store's process. */
  readonly isSaved?: true;
  /** The store's answer to who asks has reached a server. */
  readonly hear?: (world: World, server: number) => void;
  /** A server's process was killed, or runs again. */
  readonly serverDied?: (world: World, server: number) => void;
  readonly serverBooted?: (world: World, server: number) => void;
  /** A run begins. */
  readonly begin?: (world: World) => void;
  /** What is kept beside entries is gone. */
  readonly forget?: (world: World) => void;
}
