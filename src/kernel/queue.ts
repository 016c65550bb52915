/**
 * The future: every event that has been scheduled and has not happened yet.
 *
 * Total order is (time, sequence): earlier first, and among equals, first scheduled, first run.
 *
 * The queue is a stable radix heap, laid out as a timing wheel. One rule says where an event is:
 *
 *   **Write the present (`nowUs`) and the event's time in digits. The highest digit in which they differ is the
 *   event's level; its own value of that digit is its bucket on that level.** (No difference: level 0.)
 *
 * There are three digits of 9, 11 and 10 bits: the near future, 2^30 µs, some 18 minutes. Above them are 23 digits
 * of one bit: the far future, up to 2^53 µs, some 285 years. A far digit has one bucket, since its value can only
 * be 1. Narrow digits move events more often, wide ones spread them over more memory than the
 * processor's caches hold; widths near these made little difference that could be told from noise.
 * What follows from the rule:
 *
 * - A lower level is earlier than a higher one, and on a level, a lower bucket is earlier than a higher one. So
 *   the next event is in the first bucket that isn't empty, and rows of bits find that in a few instructions.
 * - All events of one time are in one bucket, and a bucket is a list in order of scheduling. So ties run in
 *   order although no sequence number is stored or compared.
 * - The present can move to a time in the first bucket without touching any other bucket: the rule still puts
 *   their events where they are. Only the events of that one bucket move, to lower levels, which are all empty
 *   then; taken in list order, they stay in order. So an event moves at most once a level, whatever is pending.
 */

/** Names one scheduled event, so that it can be cancelled. Never names another event later. */
export type Handle = number;

/** The handle that names nothing. Cancelling it is allowed and does nothing. */
export const NO_HANDLE: Handle = -1;

/** All that a queue holds, as plain data that can be kept, compared, or sent to a worker. */
export interface QueueState {
  readonly nowUs: number;
  readonly code: number;
  readonly entity: number;
  readonly x: number;
  readonly y: number;
  /** Every row that was ever in use: times and links, payloads, generations. */
  readonly links: Int32Array;
  readonly payloads: Int32Array;
  readonly generations: Int32Array;
  readonly firstFree: number;
  /** The rows of pending events, in an order in which they can be put back. */
  readonly pending: Int32Array;
}

/** The near digits, lowest first. Buckets are numbered through, level after level, so in order of time. */
const DIGITS = [
  { lowestBit: 0, bits: 9, firstBucket: 0 },
  { lowestBit: 9, bits: 11, firstBucket: 2 ** 9 },
  { lowestBit: 20, bits: 10, firstBucket: 2 ** 9 + 2 ** 11 },
];
const NEAR_BITS = 30;
const FIRST_BUCKET_OF_LEVEL_1 = 2 ** 9;
const FIRST_BUCKET_OF_LEVEL_2 = 2 ** 9 + 2 ** 11;
const FIRST_FAR_BUCKET = 2 ** 9 + 2 ** 11 + 2 ** 10;
const BUCKETS = FIRST_FAR_BUCKET + 32;
/** The far future begins where the time's bits above the near digits are others than the present's. */
const WINDOW_US = 2 ** NEAR_BITS;

// The digit that each bit belongs to, looked up by `Math.clz32`, which counts the zeros above the highest bit set.
// Looked up rather than decided with `if`: where an event goes is unpredictable, and a branch that the processor
// guesses wrong costs it more than all the rest of linking an event.
const SHIFT = new Int32Array(33);
const MASK = new Int32Array(33);
const FIRST_BUCKET = new Int32Array(33);
for (let zeros = 0; zeros <= 32; zeros++) {
  const digit = DIGITS.findLast(({ lowestBit }) => 31 - zeros >= lowestBit) ?? DIGITS[0];
  SHIFT[zeros] = digit.lowestBit;
  MASK[zeros] = 2 ** digit.bits - 1;
  FIRST_BUCKET[zeros] = digit.firstBucket;
}

// An event is a row of four words in each of two arrays. Links hold what moving an event needs: the time (a
// double over the first two words), and its neighbours in its bucket's list. Payloads hold the rest. Both are
// packed, rather than one array a column, because with many events pending, cache misses are what costs. They
// are apart because events are moved without looking at payloads. A row is named by the index of its first word.
const ROW_BITS = 2;
const ROW_WORDS = 1 << ROW_BITS;
const NEXT = 2;
const PREVIOUS = 3;
const CODE = 0;
const ENTITY = 1;
const X = 2;
const Y = 3;

/**
 * The first rows are no events: row b is the head of bucket b's list. Lists are circular through their heads, so
 * that linking and unlinking have no special cases, and cancelling needs not know the bucket.
 */
const FIRST_EVENT_ROW = BUCKETS << ROW_BITS;
const NO_ROW = 0;
/** Instead of a neighbour, in rows that are free. */
const FREE = -1;

/** A handle is generation × MAX_ROWS + number of the row: an integer below 2^53. */
const MAX_ROWS = 2 ** 26;
const MAX_GENERATION = 2 ** 27 - 1;

export class EventQueue {
  /** Time of the event popped last, in µs. Nothing can be scheduled before it. */
  nowUs = 0;
  /** Events pending. */
  size = 0;
  /** Registers: the event that `pop` took. `code` says what happens, `entity` to whom, `x` and `y` carry the payload. */
  code = 0;
  entity = 0;
  x = 0;
  y = 0;

  /** End of the aligned stretch of `WINDOW_US` that the present is in: where the far future begins. */
  private windowEndUs = WINDOW_US;
  /** Nothing is pending before this. Spares asking again and again for an event that is not due. */
  private quietUntilUs = 0;

  private links: Int32Array;
  private times: Float64Array;
  private payloads: Int32Array;
  /** How often each row has been freed. */
  private generations: Int32Array;
  private firstFree = NO_ROW;
  private endOfRows = FIRST_EVENT_ROW;

  // Which buckets hold events, as bits in three layers: a bit a bucket, a bit a word of those, and a bit a word of
  // these. Popping and cancelling leave a bucket's bit set; `firstBucket` clears it when it finds no event there.
  private readonly bucketBits = new Int32Array((BUCKETS >> 5) + 1);
  private readonly wordBits = new Int32Array((BUCKETS >> 10) + 1);
  private topBits = 0;

  constructor() {
    const rows = BUCKETS + 64;
    this.links = new Int32Array(rows << ROW_BITS);
    this.times = new Float64Array(this.links.buffer);
    this.payloads = new Int32Array(rows << ROW_BITS);
    this.generations = new Int32Array(rows);
    for (let head = 0; head < FIRST_EVENT_ROW; head += ROW_WORDS) this.emptyList(head);
  }

  /**
   * Schedules an event at an absolute time: µs, an integer, not before `nowUs`. `code`, `entity`, `x` and `y` are
   * 32-bit integers. Allocates nothing, but for doubling the store when it is full.
   */
  schedule(atUs: number, code: number, entity: number, x: number, y: number): Handle {
    if (!(atUs >= this.nowUs && atUs <= Number.MAX_SAFE_INTEGER && Math.floor(atUs) === atUs))
      this.refuse(atUs);
    let row = this.firstFree;
    if (row === NO_ROW) row = this.newRow();
    else this.firstFree = this.links[row + NEXT];
    this.times[row >> 1] = atUs;
    const payloads = this.payloads;
    payloads[row + CODE] = code;
    payloads[row + ENTITY] = entity;
    payloads[row + X] = x;
    payloads[row + Y] = y;
    this.size++;
    if (atUs < this.quietUntilUs) this.quietUntilUs = atUs;
    this.append(row, atUs);
    return this.generations[row >> ROW_BITS] * MAX_ROWS + (row >> ROW_BITS);
  }

  /** Takes a scheduled event back, in O(1). False if it has run, was cancelled, or never was. */
  cancel(handle: Handle): boolean {
    const row = this.rowOf(handle);
    if (row === NO_ROW) return false;
    this.unlink(row);
    this.release(row);
    return true;
  }

  /**
   * Takes the next event not later than `limitUs` into the registers, and moves `nowUs` to its time. If there is
   * none, returns false and changes nothing, so that anything from `nowUs` on can still be scheduled.
   */
  pop(limitUs: number): boolean {
    if (limitUs < this.quietUntilUs) return false;
    let bucket = this.firstBucket();
    // If the whole of a bucket is due, go to its beginning, without looking for its earliest event first. (Not
    // if it is a single event: that need not move.)
    while (bucket >= FIRST_BUCKET_OF_LEVEL_1 && this.reach(bucket, limitUs)) bucket = this.firstBucket();
    if (bucket < 0) return false;
    const row = this.earliestIn(bucket);
    const atUs = this.times[row >> 1];
    if (atUs > limitUs) {
      this.quietUntilUs = atUs;
      return false;
    }
    this.nowUs = atUs;
    this.unlink(row);
    this.release(row);
    const payloads = this.payloads;
    this.code = payloads[row + CODE];
    this.entity = payloads[row + ENTITY];
    this.x = payloads[row + X];
    this.y = payloads[row + Y];
    if (bucket >= FIRST_BUCKET_OF_LEVEL_1) this.spread(bucket);
    return true;
  }

  /** Time of the next event, in µs; Infinity if there is none. Changes nothing. */
  peekTimeUs(): number {
    const bucket = this.firstBucket();
    return bucket < 0 ? Number.POSITIVE_INFINITY : this.times[this.earliestIn(bucket) >> 1];
  }

  /** Visits all pending events in the order in which they will run. For looking and hashing: slow. */
  forEachPending(
    visit: (atUs: number, code: number, entity: number, x: number, y: number, handle: Handle) => void,
  ): void {
    // Sorting is stable, and rows of one time come in order of scheduling.
    const rows = Array.from(this.pendingRows()).sort((a, b) => this.times[a >> 1] - this.times[b >> 1]);
    for (const row of rows) {
      const [code, entity, x, y] = this.payloads.subarray(row, row + ROW_WORDS);
      visit(this.times[row >> 1], code, entity, x, y, this.handleOf(row));
    }
  }

  /** A copy of everything, registers included. */
  save(): QueueState {
    return {
      nowUs: this.nowUs,
      code: this.code,
      entity: this.entity,
      x: this.x,
      y: this.y,
      links: this.links.slice(FIRST_EVENT_ROW, this.endOfRows),
      payloads: this.payloads.slice(FIRST_EVENT_ROW, this.endOfRows),
      generations: this.generations.slice(BUCKETS, this.endOfRows >> ROW_BITS),
      firstFree: this.firstFree,
      pending: this.pendingRows(),
    };
  }

  /**
   * Goes back to what was saved, here or by another queue. What is scheduled from then on gets the handles that it
   * would have got there; handles given out since the save must be forgotten.
   */
  restore(state: QueueState): void {
    for (const row of this.pendingRows()) this.unlink(row);
    this.nowUs = state.nowUs;
    this.windowEndUs = windowEndUs(state.nowUs);
    this.quietUntilUs = state.nowUs;
    this.size = state.pending.length;
    this.code = state.code;
    this.entity = state.entity;
    this.x = state.x;
    this.y = state.y;
    this.endOfRows = FIRST_EVENT_ROW + state.links.length;
    while (this.links.length < this.endOfRows) this.grow();
    this.links.set(state.links, FIRST_EVENT_ROW);
    this.payloads.set(state.payloads, FIRST_EVENT_ROW);
    this.generations.set(state.generations, BUCKETS);
    this.generations.fill(0, this.endOfRows >> ROW_BITS);
    this.firstFree = state.firstFree;
    for (const row of state.pending) this.append(row, this.times[row >> 1]);
  }

  // ---- buckets

  /** Puts a row at the end of the bucket that the rule says. */
  private append(row: number, atUs: number): void {
    let bucket: number;
    if (atUs < this.windowEndUs) {
      // Bitwise operators take the low 32 bits of a number, however large, and only the near ones can differ.
      const zeros = Math.clz32(atUs ^ this.nowUs);
      bucket = FIRST_BUCKET[zeros] + ((atUs >> SHIFT[zeros]) & MASK[zeros]);
    } else {
      const differing = Math.floor(atUs / WINDOW_US) ^ Math.floor(this.nowUs / WINDOW_US);
      bucket = FIRST_FAR_BUCKET + 31 - Math.clz32(differing);
    }
    this.bucketBits[bucket >> 5] |= 1 << (bucket & 31);
    this.wordBits[bucket >> 10] |= 1 << ((bucket >> 5) & 31);
    this.topBits |= 1 << (bucket >> 10);
    const links = this.links;
    const head = bucket << ROW_BITS;
    const last = links[head + PREVIOUS];
    links[last + NEXT] = row;
    links[row + PREVIOUS] = last;
    links[row + NEXT] = head;
    links[head + PREVIOUS] = row;
  }

  /** The first bucket that isn't empty, or -1. */
  private firstBucket(): number {
    const { links, bucketBits, wordBits } = this;
    while (this.topBits !== 0) {
      const group = lowestBit(this.topBits);
      const word = (group << 5) + lowestBit(wordBits[group]);
      const bucket = (word << 5) + lowestBit(bucketBits[word]);
      const head = bucket << ROW_BITS;
      if (links[head + NEXT] !== head) return bucket;
      if ((bucketBits[word] = withoutLowestBit(bucketBits[word])) !== 0) continue;
      if ((wordBits[group] = withoutLowestBit(wordBits[group])) !== 0) continue;
      this.topBits = withoutLowestBit(this.topBits);
    }
    return -1;
  }

  /** The event of a bucket that is first in order. */
  private earliestIn(bucket: number): number {
    const links = this.links;
    const times = this.times;
    const head = bucket << ROW_BITS;
    let earliest = links[head + NEXT];
    if (bucket < FIRST_BUCKET_OF_LEVEL_1) return earliest; // level 0: all of one time
    let earliestUs = times[earliest >> 1];
    for (let row = links[earliest + NEXT]; row !== head; row = links[row + NEXT]) {
      const atUs = times[row >> 1];
      if (atUs < earliestUs) {
        earliest = row;
        earliestUs = atUs;
      }
    }
    return earliest;
  }

  /**
   * Moves the present to the beginning of a near bucket that holds several events and ends by `limitUs`, and
   * spreads it. Only `pop` may do so: it is sure then to pop one of these events, and so never leaves `nowUs`
   * between events.
   */
  private reach(bucket: number, limitUs: number): boolean {
    const head = bucket << ROW_BITS;
    const first = this.links[head + NEXT];
    if (bucket >= FIRST_FAR_BUCKET || this.links[first + NEXT] === head) return false;
    const widthUs = bucket < FIRST_BUCKET_OF_LEVEL_2 ? 2 ** 9 : 2 ** 20;
    const startUs = Math.floor(this.times[first >> 1] / widthUs) * widthUs;
    if (startUs + widthUs - 1 > limitUs) return false;
    this.nowUs = startUs;
    this.spread(bucket);
    return true;
  }

  /** Puts the events of a bucket that the present has reached where the rule now says. */
  private spread(bucket: number): void {
    if (bucket >= FIRST_FAR_BUCKET) this.windowEndUs = windowEndUs(this.nowUs);
    const links = this.links;
    const times = this.times;
    const head = bucket << ROW_BITS;
    let row = links[head + NEXT];
    this.emptyList(head);
    while (row !== head) {
      const next = links[row + NEXT];
      this.append(row, times[row >> 1]);
      row = next;
    }
  }

  private pendingRows(): Int32Array {
    const rows = new Int32Array(this.size);
    let n = 0;
    for (let head = 0; head < FIRST_EVENT_ROW; head += ROW_WORDS) {
      for (let row = this.links[head + NEXT]; row !== head; row = this.links[row + NEXT]) rows[n++] = row;
    }
    return rows;
  }

  private emptyList(head: number): void {
    this.links[head + NEXT] = head;
    this.links[head + PREVIOUS] = head;
  }

  private unlink(row: number): void {
    const links = this.links;
    const next = links[row + NEXT];
    const previous = links[row + PREVIOUS];
    links[previous + NEXT] = next;
    links[next + PREVIOUS] = previous;
  }

  // ---- rows

  private handleOf(row: number): Handle {
    return this.generations[row >> ROW_BITS] * MAX_ROWS + (row >> ROW_BITS);
  }

  /** The row of a pending event, or NO_ROW if the handle names none. */
  private rowOf(handle: Handle): number {
    const generation = Math.floor(handle / MAX_ROWS);
    const row = (handle - generation * MAX_ROWS) << ROW_BITS;
    const isCurrent =
      row >= FIRST_EVENT_ROW && row < this.endOfRows && this.generations[row >> ROW_BITS] === generation;
    return isCurrent && this.links[row + PREVIOUS] !== FREE ? row : NO_ROW;
  }

  private release(row: number): void {
    this.size--;
    this.links[row + PREVIOUS] = FREE;
    // A row whose generations are used up is never used again: 36 bytes lost after 134 million events.
    if (++this.generations[row >> ROW_BITS] > MAX_GENERATION) return;
    this.links[row + NEXT] = this.firstFree;
    this.firstFree = row;
  }

  private newRow(): number {
    if (this.endOfRows === this.links.length) this.grow();
    const row = this.endOfRows;
    this.endOfRows += ROW_WORDS;
    return row;
  }

  private grow(): void {
    const rows = (this.links.length >> ROW_BITS) * 2;
    if (rows > MAX_ROWS) throw new RangeError(`the event queue is full: ${this.size} events are pending`);
    this.links = copied(this.links, rows << ROW_BITS);
    this.times = new Float64Array(this.links.buffer);
    this.payloads = copied(this.payloads, rows << ROW_BITS);
    this.generations = copied(this.generations, rows);
  }

  private refuse(atUs: number): never {
    const wrong =
      atUs < this.nowUs ? `is in the past: it is ${this.nowUs} µs now` : "is not an integer up to 2^53";
    throw new RangeError(`can't schedule an event at ${atUs} µs, which ${wrong}`);
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function withoutLowestBit(word: number): number {
  return word & (word - 1);
}

function windowEndUs(nowUs: number): number {
  return (Math.floor(nowUs / WINDOW_US) + 1) * WINDOW_US;
}

function copied(array: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
