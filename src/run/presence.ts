/** Who was online in truth, and who was believed to be, over time: read off the trace. */
import { carriesPresence, tellsStore } from "../model/trace/frames.ts";
import { at, type Columns, RecordKind } from "../model/trace/records.ts";

/** From when to when something was so. µs. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What is known of a user: the truth, and what observers believed. */
export interface UserPresence {
  /** The node of the first of its clients. */
  readonly user: number;
  readonly online: readonly Span[];
  /** What observers believed, by the node that they have it from; of whom they never heard, once that it was never there. */
  readonly beliefs: readonly Belief[];
}

/** What observers believed of a user, as far as there were any, and where they were wrong. */
export interface Belief {
  readonly listed: readonly Span[];
  readonly ghost: readonly Span[];
  readonly missing: readonly Span[];
}

/** Users of whom anything was ever true or believed, in the order of their numbers. */
export function readPresence(trace: Columns, endUs: number): UserPresence[] {
  const users = new Map<number, { online: Span[]; listed: Map<number, Span[]> }>();
  const looking = new Map<number, Span[]>();
  const of = (user: number) =>
    kept(users, user, () => ({ online: [] as Span[], listed: new Map<number, Span[]>() }));
  for (let row = 0; row < trace.length; row++) {
    const timeUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.online:
        turn(of(trace[at.online.user][row]).online, trace[at.online.isOnline][row], timeUs, endUs);
        break;
      case RecordKind.listed: {
        const spans = kept(of(trace[at.listed.user][row]).listed, trace[at.listed.place][row], () => []);
        turn(spans, trace[at.listed.isListed][row], timeUs, endUs);
        break;
      }
      case RecordKind.looking: {
        const spans = kept(looking, trace[at.looking.place][row], () => []);
        turn(spans, trace[at.looking.isLooking][row], timeUs, endUs);
      }
    }
  }
  return [...users]
    .sort(([one], [other]) => one - other)
    .map(([user, { online, listed }]) => ({
      user,
      online,
      beliefs: beliefsOf(online, listed, looking, endUs),
    }));
}

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

type Spans = ReadonlyMap<number, readonly Span[]>;

/** Where each server believes something of its own, only what it does while somebody can ask it. */
function beliefsOf(online: readonly Span[], listed: Spans, looking: Spans, endUs: number): Belief[] {
  const whole = [{ fromUs: 0, toUs: endUs }];
  const places = looking.size > 0 ? [...looking] : [...listed.keys()].map((place) => [place, whole] as const);
  const asked = places.length > 0 ? places : [[-1, whole] as const];
  return asked.map(([place, spans]) => {
    const unasked = without(whole, spans);
    const believed = without(listed.get(place) ?? [], unasked);
    const there = without(online, unasked);
    return { listed: believed, ghost: without(believed, there), missing: without(there, believed) };
  });
}

/** From now on it is so, or no longer. */
function turn(spans: Span[], is: number, timeUs: number, endUs: number): void {
  if (is === 1) spans.push({ fromUs: timeUs, toUs: endUs });
  else spans.push({ fromUs: spans.pop()!.fromUs, toUs: timeUs });
}

/** When the one was so and the other was not. Spans in order; of length 0 none. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let { fromUs } = span;
    for (const other of others) {
      if (other.toUs <= fromUs || other.fromUs >= span.toUs) continue;
      if (other.fromUs > fromUs) left.push({ fromUs, toUs: other.fromUs });
      fromUs = Math.max(fromUs, other.toUs);
    }
    if (fromUs < span.toUs) left.push({ fromUs, toUs: span.toUs });
    return left;
  });
}

/** All told, of all users, and of all that they are believed to be by. Times in ms. */
export interface PresenceTotals {
  /** How often somebody was believed to be online who was not, and for how long in all. */
  readonly ghosts: number;
  readonly ghostMs: number;
  /** How often somebody was online and not believed to be, and for how long in all. */
  readonly missing: number;
  readonly missingMs: number;
  /** How many users were ever believed to be online, and never were. */
  readonly strangers: number;
  /** What servers told whoever keeps it. */
  readonly told: number;
  /** All that was said of it: by servers, and to them. */
  readonly said: number;
  /** Joins and leaves that servers told everybody of, and how many copies of that news reached somebody. */
  readonly news: number;
  readonly newsHeard: number;
}

/** What observers believed against the truth; null if nobody kept who is online. */
export function presenceTotals(trace: Columns, endUs: number): PresenceTotals | null {
  const users = readPresence(trace, endUs);
  if (users.length === 0) return null;
  const beliefs = users.flatMap((user) => user.beliefs);
  const ghosts = beliefs.flatMap(({ ghost }) => ghost);
  const missing = beliefs.flatMap((belief) => belief.missing);
  let told = 0;
  let said = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.frame) continue;
    const frame = trace[at.frame.kind][row];
    if (tellsStore(frame)) told++;
    if (carriesPresence(frame)) said++;
  }
  const { saidUs, heardUs } = readNews(trace);
  return {
    ghosts: ghosts.length,
    ghostMs: lengthMs(ghosts),
    missing: missing.length,
    missingMs: lengthMs(missing),
    strangers: users.filter(({ online }) => online.length === 0).length,
    told,
    said,
    news: saidUs.length,
    newsHeard: heardUs.length,
  };
}

/** When servers began to tell everybody of a join or leave, and when each copy of that reached somebody. µs. */
export function readNews(trace: Columns): {
  readonly saidUs: readonly number[];
  readonly heardUs: readonly number[];
} {
  const messages = new Set<number>();
  const saidUs: number[] = [];
  const heardUs: number[] = [];
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.news) {
      messages.add(trace[at.news.message][row]);
      saidUs.push(trace.timeUs[row]);
    } else if (trace.kind[row] === RecordKind.delivered && messages.has(trace[at.delivered.message][row]))
      heardUs.push(trace.timeUs[row]);
  return { saidUs, heardUs };
}

export function lengthMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0) / 1000;
}
