/**
 * The ledger of a run, laid out in columns: counts at any instant by binary search, and arrays that the
 * worker can hand over without copying.
 */
import { Fate } from "../model/oracle.ts";
import { RecordKind } from "../model/records.ts";
import { type LedgerCopy, readLedger } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";
import { type EndPlace, type LedgerEnd, placeOf, rootsOf } from "../run/roots.ts";
import { upperBound } from "./frames.ts";

/** Copies that died of one cause at one place, in order of time. */
interface LossGroup {
  readonly place: number;
  readonly cause: number;
  readonly timesUs: Float64Array;
  readonly copies: Int32Array;
}

/** Copies that died of one cause, for the same reasons, in order of time. */
interface Autopsy {
  readonly cause: number;
  readonly timesUs: Float64Array;
  /** The roots of these losses, each once, and when it first was one; empty if the cause says all. */
  readonly roots: readonly LedgerEnd[];
  readonly rootsUs: Float64Array;
}

/** Connections that ended for one reason, at nodes of one kind, in order of time. */
interface EndGroup {
  readonly reason: number;
  readonly at: EndPlace;
  readonly timesUs: Float64Array;
}

export interface LedgerIndex {
  readonly messages: number;
  readonly messageUs: Float64Array;
  readonly sender: Int32Array;
  readonly audience: Uint8Array;
  readonly target: Int32Array;
  /** The copies of message m are copyOrder[firstCopy[m]] … copyOrder[firstCopy[m + 1] − 1]. */
  readonly firstCopy: Int32Array;
  readonly copyOrder: Int32Array;

  readonly copies: number;
  readonly message: Int32Array;
  readonly recipient: Int32Array;
  readonly sentUs: Float64Array;
  readonly settledUs: Float64Array;
  /** One of the model's {@link Fate}. */
  readonly fate: Uint8Array;
  /** How many times it was delivered again, by the end of the run. */
  readonly duplicates: Int32Array;
  readonly cause: Int16Array;
  readonly place: Int32Array;
  /** From a copy's number in the trace (which has gaps) to its place in these columns, or −1. */
  readonly copyOfId: Int32Array;

  /** Times of every first delivery, repeated delivery and loss, ascending. */
  readonly deliveredUs: Float64Array;
  readonly deliveredNode: Int32Array;
  readonly duplicatedUs: Float64Array;
  readonly lostUs: Float64Array;
  readonly losses: readonly LossGroup[];
  readonly autopsies: readonly Autopsy[];
  /** Of copy c, what made its loss so; null if nothing did. */
  readonly root: readonly (LedgerEnd | null)[];
  /** How connections ended, and when links were cut; in order of time. */
  readonly ends: readonly LedgerEnd[];
  readonly endGroups: readonly EndGroup[];

  /** First deliveries by recipient: deliveredTo[node] … */
  readonly receivedFirst: Int32Array;
  readonly receivedUs: Float64Array;
}

export interface Counts {
  readonly messages: number;
  readonly sent: number;
  readonly delivered: number;
  readonly duplicated: number;
  readonly lost: number;
  readonly inFlight: number;
}

/** Lays out the ledger of a run. */
export function indexLedger(run: RunResult): LedgerIndex {
  const { trace } = run;
  const ledger = readLedger(trace);
  const messages = ledger.messages.length;
  const copies = ledger.copies.length;
  const messageUs = Float64Array.from(ledger.messages, (m) => m.sentUs);
  const sender = Int32Array.from(ledger.messages, (m) => m.sender);
  const audience = Uint8Array.from(ledger.messages, (m) => m.audience);
  const target = Int32Array.from(ledger.messages, (m) => m.target);
  const firstCopy = new Int32Array(messages + 1);
  for (let m = 0; m < messages; m++) firstCopy[m + 1] = firstCopy[m] + ledger.messages[m].copies.length;
  const copyOrder = new Int32Array(copies);
  for (let m = 0; m < messages; m++) copyOrder.set(ledger.messages[m].copies, firstCopy[m]);

  const message = Int32Array.from(ledger.copies, (c) => c.message);
  const recipient = Int32Array.from(ledger.copies, (c) => c.recipient);
  const sentUs = Float64Array.from(ledger.copies, (c) => c.sentUs);
  const settledUs = Float64Array.from(ledger.copies, (c) =>
    c.fate === Fate.inFlight ? Number.NaN : c.settledUs,
  );
  const fate = Uint8Array.from(ledger.copies, (c) => c.fate);
  const duplicates = Int32Array.from(ledger.copies, (c) => c.duplicates);
  const cause = Int16Array.from(ledger.copies, (c) => c.cause);
  const place = Int32Array.from(ledger.copies, (c) => c.place);
  let lastId = -1;
  for (const c of ledger.copies) lastId = Math.max(lastId, c.id);
  const copyOfId = new Int32Array(lastId + 1).fill(-1);
  for (let c = 0; c < copies; c++) copyOfId[ledger.copies[c].id] = c;

  const settled = (which: number) => {
    const list: number[] = [];
    for (let c = 0; c < copies; c++) if (fate[c] === which) list.push(c);
    return list.sort((x, y) => settledUs[x] - settledUs[y] || x - y);
  };
  const delivered = settled(Fate.delivered);
  const lost = settled(Fate.lost);
  const deliveredUs = Float64Array.from(delivered, (c) => settledUs[c]);
  const deliveredNode = Int32Array.from(delivered, (c) => recipient[c]);
  const duplicatedUs: number[] = [];
  for (let i = 0; i < trace.length; i++)
    if (trace.kind[i] === RecordKind.duplicated) duplicatedUs.push(trace.timeUs[i]);

  const groups = new Map<number, number[]>();
  for (const c of lost) {
    const key = place[c] * 256 + cause[c];
    const group = groups.get(key);
    if (group) group.push(c);
    else groups.set(key, [c]);
  }

  const receivedFirst = new Int32Array(run.nodes.length + 1);
  for (const c of delivered) receivedFirst[recipient[c] + 1]++;
  for (let n = 0; n < run.nodes.length; n++) receivedFirst[n + 1] += receivedFirst[n];
  const receivedUs = new Float64Array(delivered.length);
  const cursor = receivedFirst.slice();
  for (const c of delivered) receivedUs[cursor[recipient[c]]++] = settledUs[c];

  return {
    messages,
    messageUs,
    sender,
    audience,
    target,
    firstCopy,
    copyOrder,
    copies,
    message,
    recipient,
    sentUs,
    settledUs,
    fate,
    duplicates,
    cause,
    place,
    copyOfId,
    deliveredUs,
    deliveredNode,
    duplicatedUs: Float64Array.from(duplicatedUs),
    lostUs: Float64Array.from(lost, (c) => settledUs[c]),
    losses: [...groups.values()].map((list) => ({
      place: place[list[0]],
      cause: cause[list[0]],
      timesUs: Float64Array.from(list, (c) => settledUs[c]),
      copies: Int32Array.from(list),
    })),
    autopsies: groupAutopsies(lost.map((c) => ledger.copies[c])),
    root: ledger.copies.map(({ root }) => root),
    ends: ledger.ends,
    endGroups: groupEnds(ledger.ends),
    receivedFirst,
    receivedUs,
  };
}

/** The values in groups of one key each, in the order of their first. */
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()];
}

/** What made a loss so, as a key: the reasons, each since the next. */
export function rootsKey(root: LedgerEnd | null): string {
  return rootsOf(root)
    .map(({ reason }) => reason)
    .join();
}

function groupAutopsies(lost: readonly LedgerCopy[]): Autopsy[] {
  return grouped(lost, ({ cause, root }) => `${cause}/${rootsKey(root)}`).map((copies) => {
    const roots = new Map<LedgerEnd, number>();
    for (const { root, settledUs } of copies) if (root && !roots.has(root)) roots.set(root, settledUs);
    return {
      cause: copies[0].cause,
      timesUs: Float64Array.from(copies, ({ settledUs }) => settledUs),
      roots: [...roots.keys()],
      rootsUs: Float64Array.from(roots.values()),
    };
  });
}

function groupEnds(ends: readonly LedgerEnd[]): EndGroup[] {
  const connections = ends.filter(({ whose }) => whose >= 0);
  return grouped(connections, (end) => `${end.reason}/${placeOf(end)}`).map((group) => ({
    reason: group[0].reason,
    at: placeOf(group[0]),
    timesUs: Float64Array.from(group, ({ timeUs }) => timeUs),
  }));
}

/** How connections ended up to an instant, most frequent first. */
export function endsAt(
  ledger: LedgerIndex,
  timeUs: number,
): { reason: number; at: EndPlace; count: number }[] {
  return ledger.endGroups
    .map(({ reason, at, timesUs }) => ({ reason, at, count: upperBound(timesUs, timeUs) }))
    .filter(({ count }) => count > 0)
    .sort((x, y) => y.count - x.count);
}

/** The counts at an instant. sent = delivered + lost + in flight; a duplicated copy also counts as delivered. */
export function countsAt(ledger: LedgerIndex, timeUs: number): Counts {
  const sent = upperBound(ledger.sentUs, timeUs);
  const delivered = upperBound(ledger.deliveredUs, timeUs);
  const lost = upperBound(ledger.lostUs, timeUs);
  return {
    messages: upperBound(ledger.messageUs, timeUs),
    sent,
    delivered,
    duplicated: upperBound(ledger.duplicatedUs, timeUs),
    lost,
    inFlight: sent - delivered - lost,
  };
}

/** How many copies a client's application has received by then. */
export function receivedBy(ledger: LedgerIndex, node: number, timeUs: number): number {
  const first = ledger.receivedFirst[node];
  let low = first;
  let high = ledger.receivedFirst[node + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ledger.receivedUs[middle] <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** Losses by cause and roots up to an instant, most frequent first. */
export function causesAt(
  ledger: LedgerIndex,
  timeUs: number,
): { cause: number; roots: LedgerEnd[]; count: number; firstUs: number }[] {
  return ledger.autopsies
    .map(({ cause, timesUs, roots, rootsUs }) => ({
      cause,
      roots: roots.slice(0, upperBound(rootsUs, timeUs)),
      count: upperBound(timesUs, timeUs),
      firstUs: timesUs[0],
    }))
    .filter(({ count }) => count > 0)
    .sort((x, y) => y.count - x.count || x.cause - y.cause);
}

/** One cell of the sender × recipient matrix at an instant. */
export interface Cell {
  sent: number;
  delivered: number;
  duplicated: number;
  lost: number;
  /** The copy to jump to: the first lost one, else the last delivered one, else the first. */
  copy: number;
  cause: number;
}

/** The sender × recipient matrix: cells[sender * clients + recipient], undefined where nothing was sent. */
export function matrixAt(ledger: LedgerIndex, clients: number, timeUs: number): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = new Array(clients * clients);
  const end = upperBound(ledger.sentUs, timeUs);
  for (let c = 0; c < end; c++) {
    const m = ledger.message[c];
    if (m < 0 || ledger.sender[m] >= clients || ledger.recipient[c] >= clients) continue;
    const at = ledger.sender[m] * clients + ledger.recipient[c];
    const cell = (cells[at] ??= { sent: 0, delivered: 0, duplicated: 0, lost: 0, copy: c, cause: -1 });
    cell.sent++;
    if (!(ledger.settledUs[c] <= timeUs)) continue;
    if (ledger.fate[c] === Fate.lost) {
      if (cell.lost++ === 0) {
        cell.copy = c;
        cell.cause = ledger.cause[c];
      }
    } else {
      cell.delivered++;
      if (ledger.duplicates[c] > 0) cell.duplicated++;
      if (cell.lost === 0) cell.copy = c;
    }
  }
  return cells;
}
