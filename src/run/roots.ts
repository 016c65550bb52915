/** Ends of connections, and what they were the roots of. */
import { END_REASONS, type EndReason } from "../model/trace/end-reasons.ts";

/** A connection ended, or a link was cut. */
export interface LedgerEnd {
  /** Index in END_REASONS. */
  readonly reason: number;
  /** The node at which it ended; of a cut link, its end that is no balancer, or the one nearer to the clients. */
  readonly place: number;
  readonly timeUs: number;
  /** The node whose connection it was: a client's, or a server's if it was one to the backplane; −1: a link was cut. */
  readonly whose: number;
  /** Engine.IO session; −1 none. */
  readonly session: number;
  /** The cut link that caused it; null if none did. */
  readonly root: LedgerEnd | null;
}

/** The kind of node, or the link, at which something ended; «sender»: a node of any kind. */
export type EndPlace = Exclude<EndReason["at"], "either">;

/** The kind of node at which a connection ended; for a ping timeout, the end that noticed it. */
export function placeOf({ reason, place, whose }: LedgerEnd): EndPlace {
  const { at } = END_REASONS[reason];
  if (at !== "either") return at;
  return place === whose ? "client" : "server";
}

/** A root, its own root, and so on. The last is the one to mend. */
export function rootsOf(root: LedgerEnd | null): LedgerEnd[] {
  return root === null ? [] : [root, ...rootsOf(root.root)];
}

/** Roots of the same key can be told in one clause: the same happened, on the same side, and at the same balancer. */
export function rootsKey(root: LedgerEnd | null): string {
  return rootsOf(root).map(endKey).join();
}

/** Ends of the same key are told as one. */
export function endKey(end: LedgerEnd): string {
  const at = placeOf(end);
  return `${end.reason}/${at === "balancer" ? end.place : at}`;
}
