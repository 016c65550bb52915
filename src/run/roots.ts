/** Ends of connections in words, and what they were the roots of. */
import { CAUSES } from "../model/trace/causes.ts";
import { END_REASONS, type EndReason } from "../model/trace/end-reasons.ts";

/** A connection ended, or a link was cut. */
export interface LedgerEnd {
  /** Index in END_REASONS. */
  readonly reason: number;
  /** The node at which it ended; of a cut link, the client or server at its end. */
  readonly place: number;
  readonly timeUs: number;
  /** The node whose connection it was: a client's, or a server's if it was one to the backplane; −1: a link was cut. */
  readonly whose: number;
  /** Engine.IO session; −1 none. */
  readonly session: number;
  /** The cut link that caused it; null if none did. */
  readonly root: LedgerEnd | null;
}

/** The kind of node, or the link, at which something ended. */
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

/** How the clauses about roots are worded. */
export interface SinceWords {
  /** Names a node. */
  readonly nameOf: (node: number) => string;
  /** The idle timeout of the balancer at a node. */
  readonly idleMsAt: (node: number) => number;
  /** What follows each clause, to give its time: « (at 19.06 s)». By default nothing. */
  readonly timeText?: (timeUs: number) => string;
}

/** What had happened at the roots, as clauses: «the balancer had closed B's connection after 10 s of silence». */
export function sinceText(root: LedgerEnd, { nameOf, idleMsAt, timeText }: SinceWords): string {
  return rootsOf(root)
    .map((end) => {
      const { reason, place, whose, timeUs } = end;
      const names = { whose: nameOf(whose), place: nameOf(place), idle: `${idleMsAt(place) / 1000} s` };
      const clause = END_REASONS[reason].had({ ...names, isAtClient: placeOf(end) === "client" });
      return `${clause}${timeText?.(timeUs) ?? ""}`;
    })
    .join(", since ");
}

/** What would have saved a copy: what mends the deepest root, or else the cause. */
export function remedyOf(cause: number, root: LedgerEnd | null): string {
  const deepest = rootsOf(root).at(-1);
  return deepest === undefined ? CAUSES[cause].remedy : END_REASONS[deepest.reason].remedy;
}
