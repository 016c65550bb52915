/**
 * What a column of a table is, said once. From its kind follow the typed array, the first value of a new row, what is told to the
 * exhaustive search (future.ts), and which messages and copies it holds.
 *
 * A column is told unless it says otherwise: whoever forgets to say so makes a search slower, never wrong.
 */

export type Values = Int32Array | Float64Array | Uint16Array | Uint8Array;

/** What the future depends on. */
export const Told = {
  /** Nothing: see {@link untold}. */
  nothing: 0,
  /** The value. */
  value: 1,
  /** How far ahead it is. */
  ahead: 2,
  /** The packets of a list, wherever they lie. */
  list: 3,
} as const;
export type Told = (typeof Told)[keyof typeof Told];

/** A class of typed arrays. */
interface ArrayOf<V> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): V;
}

export interface Column<V extends Values = Values> {
  readonly array: ArrayOf<V>;
  /** What it is in a new row. */
  readonly first: number;
  readonly told: Told;
  /** What the messages in its lists of packets are: branches on their way up, carriers of copies on their way down. */
  readonly holds: "nothing" | "branches" | "carriers";
}

function column<V extends Values>(
  array: ArrayOf<V>,
  first: number,
  { told = Told.value, holds = "nothing" }: Partial<Pick<Column, "told" | "holds">> = {},
): Column<V> {
  return { array, first, told, holds };
}

/** The row of some table, or any other number that −1 says to be none. */
export const row = () => column(Int32Array, -1);

/** The row of some table that every row here has: it is set when the row is added. */
export const owner = () => column(Int32Array, 0);

/** A number: what is counted, or put together from parts. */
export const whole = () => column(Int32Array, 0);

/** An amount, which may be more than 32 bits hold. */
export const amount = () => column(Float64Array, 0);

/** A number from 0 to 255: a count that stops there, a kind, a reason. */
export const small = (first = 0) => column(Uint8Array, first);

/** A number from 0 to 65,535. */
export const medium = () => column(Uint16Array, 0);

/** 0 or 1. */
export const flag = (first: 0 | 1 = 0) => column(Uint8Array, first);

/** A moment. µs. */
export const time = (first: 0 | -1 = 0) => column(Float64Array, first);

/** The moment until which something is so. What is past is as good as now. µs. */
export const until = () => column(Float64Array, 0, { told: Told.ahead });

/** Packets on their way up, a list: each message in it is a branch. */
export const packetsUp = () => column(Int32Array, -1, { told: Told.list, holds: "branches" });

/** Packets on their way down, a list: each message in it is a copy, and the list is its carrier. */
export const packetsDown = () => column(Int32Array, -1, { told: Told.list, holds: "carriers" });

/** Numbers, a list: as the subjects of packets that nobody sends. */
export const numbers = () => column(Int32Array, -1, { told: Told.list });

/** What cancels an event that stands in the queue; −1 none. The queue is told by itself. */
export const timer = () => column(Float64Array, -1, { told: Told.nothing });

/**
 * A column that is not told, because it never changes, is history that nothing goes by, or is told by a rule of its
 * own in future.ts.
 */
export const untold = <V extends Values>(kind: Column<V>): Column<V> => ({ ...kind, told: Told.nothing });
