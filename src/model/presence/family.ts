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
  /** A run begins. */
  readonly begin?: (world: World) => void;
  /** What is kept beside entries is gone. */
  readonly forget?: (world: World) => void;
}
