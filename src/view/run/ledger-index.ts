/**
 * The ledger of a run, laid out in columns: counts at any instant by binary search, and arrays that the
 * worker can hand over without copying.
 */
import { Fate } from "../../model/fate/oracle.part.ts";
import { RecordKind } from "../../model/trace/records.ts";
import { type Ledger, type LedgerCopy, readLedger } from "../../run/ledger.ts";
import type { RunResult } from "../../run/result.ts";
import { type EndPlace, endKey, type LedgerEnd, placeOf, rootsKey } from "../../run/roots.ts";
import { upperBound } from "./frames.ts";

/** Copies that were lost by one cause at one place, in order of time. */
interface LossGroup {
  readonly place: number;
  readonly cause: number;
  readonly timesUs: Float64Array;
  readonly copies: Int32Array;
}

/** Copies that were lost by one cause, for the same reasons, in order of time. */
interface Autopsy {
  readonly cause: number;
  readonly timesUs: Float64Array;
  /** The roots of these losses, each once, and when it first was one; empty if the cause says all. */
  readonly roots: readonly LedgerEnd[];
  readonly rootsUs: Float64Array;
}

/** Connections that ended for one reason, at nodes of one kind, in order of time; those at balancers at one of them. */
interface EndGroup {
  readonly reason: number;
  readonly at: EndPlace;
  /** The node of the first. */
  readonly place: number;
  /** Whether they were clients'; else those of servers to the backplane. */
  readonly isClients: boolean;
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
  /** By copy: the root of its loss; null if there is none. */
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
  const ledger = readLedger(run.trace);
  const messages = messageColumns(ledger);
  const copies = copyColumns(ledger);
  const { settledUs } = copies;
  const delivered = settledAs(copies, Fate.delivered);
  const lost = settledAs(copies, Fate.lost);
  return {
    ...messages,
    ...copies,
    ...receivedColumns(delivered, copies, run.nodes.length),
    deliveredUs: Float64Array.from(delivered, (c) => settledUs[c]),
    deliveredNode: Int32Array.from(delivered, (c) => goalOf(copies, c)),
    duplicatedUs: timesOf(run, RecordKind.duplicated),
    lostUs: Float64Array.from(lost, (c) => settledUs[c]),
    losses: groupLosses(lost, copies),
    autopsies: groupAutopsies(lost.map((c) => ledger.copies[c])),
    root: ledger.copies.map(({ root }) => root),
    ends: ledger.ends,
    endGroups: groupEnds(ledger.ends, run.nodes),
  };
}

function messageColumns({ messages, copies }: Ledger) {
  const firstCopy = new Int32Array(messages.length + 1);
  const copyOrder = new Int32Array(copies.length);
  messages.forEach((message, m) => {
    firstCopy[m + 1] = firstCopy[m] + message.copies.length;
    copyOrder.set(message.copies, firstCopy[m]);
  });
  return {
    messages: messages.length,
    messageUs: Float64Array.from(messages, (m) => m.sentUs),
    sender: Int32Array.from(messages, (m) => m.sender),
    audience: Uint8Array.from(messages, (m) => m.audience),
    target: Int32Array.from(messages, (m) => m.target),
    firstCopy,
    copyOrder,
  };
}

function copyColumns({ copies }: Ledger) {
  const lastId = copies.reduce((last, { id }) => Math.max(last, id), -1);
  const copyOfId = new Int32Array(lastId + 1).fill(-1);
  copies.forEach(({ id }, c) => {
    copyOfId[id] = c;
  });
  return {
    copies: copies.length,
    message: Int32Array.from(copies, (c) => c.message),
    recipient: Int32Array.from(copies, (c) => c.recipient),
    sentUs: Float64Array.from(copies, (c) => c.sentUs),
    settledUs: Float64Array.from(copies, (c) => (c.fate === Fate.inFlight ? Number.NaN : c.settledUs)),
    fate: Uint8Array.from(copies, (c) => c.fate),
    duplicates: Int32Array.from(copies, (c) => c.duplicates),
    cause: Int16Array.from(copies, (c) => c.cause),
    place: Int32Array.from(copies, (c) => c.place),
    copyOfId,
  };
}

type CopyColumns = ReturnType<typeof copyColumns>;

/** The copies with a fate, in the order in which they met it. */
function settledAs({ copies, fate, settledUs }: CopyColumns, which: number): number[] {
  const list: number[] = [];
  for (let c = 0; c < copies; c++) if (fate[c] === which) list.push(c);
  return list.sort((x, y) => settledUs[x] - settledUs[y] || x - y);
}

/** Deliveries by recipient. */
/** The node that a delivered copy has come to: its recipient's, but of what a server has done that server's. */
function goalOf({ place, recipient }: CopyColumns, copy: number): number {
  return place[copy] >= 0 ? place[copy] : recipient[copy];
}

function receivedColumns(
  delivered: readonly number[],
  copies: CopyColumns,
  nodes: number,
): Pick<LedgerIndex, "receivedFirst" | "receivedUs"> {
  const { settledUs } = copies;
  const receivedFirst = new Int32Array(nodes + 1);
  for (const c of delivered) receivedFirst[goalOf(copies, c) + 1]++;
  for (let n = 0; n < nodes; n++) receivedFirst[n + 1] += receivedFirst[n];
  const receivedUs = new Float64Array(delivered.length);
  const next = receivedFirst.slice();
  for (const c of delivered) receivedUs[next[goalOf(copies, c)]++] = settledUs[c];
  return { receivedFirst, receivedUs };
}

/** When records of a kind were written. */
function timesOf({ trace }: RunResult, kind: number): Float64Array {
  const timesUs: number[] = [];
  for (let i = 0; i < trace.length; i++) if (trace.kind[i] === kind) timesUs.push(trace.timeUs[i]);
  return Float64Array.from(timesUs);
}

function groupLosses(lost: readonly number[], { place, cause, settledUs }: CopyColumns): LossGroup[] {
  return grouped(lost, (c) => `${place[c]}/${cause[c]}`).map((copies) => ({
    place: place[copies[0]],
    cause: cause[copies[0]],
    timesUs: Float64Array.from(copies, (c) => settledUs[c]),
    copies: Int32Array.from(copies),
  }));
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

function groupEnds(ends: readonly LedgerEnd[], nodes: RunResult["nodes"]): EndGroup[] {
  const isClients = ({ whose }: LedgerEnd) => nodes[whose]!.kind === "client";
  const connections = ends.filter(({ whose }) => whose >= 0);
  return grouped(connections, (end) => `${endKey(end)}/${isClients(end)}`).map((group) => ({
    reason: group[0].reason,
    at: placeOf(group[0]),
    place: group[0].place,
    isClients: isClients(group[0]),
    timesUs: Float64Array.from(group, ({ timeUs }) => timeUs),
  }));
}

/** How connections ended up to an instant, most frequent first. */
export function endsAt(
  ledger: LedgerIndex,
  timeUs: number,
): (Omit<EndGroup, "timesUs"> & { count: number })[] {
  return ledger.endGroups
    .map(({ timesUs, ...group }) => ({ ...group, count: upperBound(timesUs, timeUs) }))
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

/** The sender × recipient matrix: cells[sender * clients + recipient], undefined where nothing was sent. Senders are nodes of any kind. */
export function matrixAt(ledger: LedgerIndex, clients: number, timeUs: number): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = [];
  const end = upperBound(ledger.sentUs, timeUs);
  for (let c = 0; c < end; c++) {
    const m = ledger.message[c];
    if (m < 0 || ledger.recipient[c] >= clients) continue;
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
