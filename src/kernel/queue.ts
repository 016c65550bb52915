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
 * There are three digits of 10, 12 and 8 bits: the near future, 2^30 µs, some 18 minutes. Above them are 23 digits
 * of one bit: the far future, up to 2^53 µs, some 285 years. A far digit has one bucket, since its value can only
 * be 1. What follows from the rule:
 *
 * - A lower level is earlier than a higher one, and on a level, a lower bucket is earlier than a higher one. So
 *   the next event is in the first bucket that isn't empty, and rows of bits find that in a few instructions.
 * - All events of one time are in one bucket, and a bucket is in order of scheduling. So ties run in order
 *   although no sequence number is stored or compared.
 * - The present can move to a time in the first bucket without touching any other bucket: the rule still puts
 *   their events where they are. Only the events of that one bucket move, to lower levels, which are all empty
 *   then; taken in order, they stay in order. So an event moves at most once a level, whatever is pending.
 *
 * With many events pending, waiting for memory is what costs, so the store is laid out for the processor's caches:
 *
 * - What an event does is in its **row**, which stays where it is until the event has run. What moves is a small
 *   **entry**: the time, and which row.
 * - A bucket above level 0 keeps its entries in **chunks**, one after the other: adding writes next to what was
 *   added before, and spreading reads straight on. (As a linked list, each would wait for a row somewhere else.)
 * - Cancelling frees the row at once but leaves the entry, which would be far to fetch. Each row counts
 *   generations, and an entry whose row has moved on is **dead**; it is dropped when it is come across. Once the
 *   dead outnumber the living, all are dropped together, so that timers re-armed again and again don't pile up.
 */

/** Names one scheduled event, so that it can be cancelled; above 0. Never names another event later. */
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
  /** Every row that was ever in use. */
  readonly rows: Int32Array;
  readonly firstFreeRow: number;
  /** The pending events, in an order in which they can be put back: their times, and their rows. */
  readonly times: Float64Array;
  readonly pending: Int32Array;
}

// ---- Digits. Level 0 has a bucket for each µs; here they are called ticks, and those above level 0, buckets.
// Buckets are numbered through, level after level, so in order of time. Wider digits move events less often, but
// spread them over more memory; widths near these made little difference.
const LEVEL_1_SHIFT = 10;
const LEVEL_2_SHIFT = 22;
const FAR_SHIFT = 30;
const TICKS = 2 ** LEVEL_1_SHIFT;
const LEVEL_1_BUCKETS = 2 ** (LEVEL_2_SHIFT - LEVEL_1_SHIFT);
const LEVEL_2_BUCKETS = 2 ** (FAR_SHIFT - LEVEL_2_SHIFT);
const FIRST_FAR_BUCKET = LEVEL_1_BUCKETS + LEVEL_2_BUCKETS;
const BUCKETS = FIRST_FAR_BUCKET + 32;
const TICK_MASK = TICKS - 1;
/** Where level 2 begins, as a width. A constant, since V8 calls its general pow for `2 ** n` wherever it stands. */
const LEVEL_2_US = 2 ** LEVEL_2_SHIFT;
const LEVEL_2_MASK = LEVEL_2_US - 1;
/** The far future begins where the time's bits above the near digits are others than the present's. */
const WINDOW_US = 2 ** FAR_SHIFT;

// ---- The index says where each tick and bucket is. It is one array, since every array that a function uses has to
// be looked up and checked there anew. Which ticks and buckets hold entries is kept as bits in layers: a bit each,
// then a bit a word of those, and so on up to one word.
const TICK_FIRST = 0;
const TICK_LAST = TICK_FIRST + TICKS;
const TICK_BITS = TICK_LAST + TICKS;
const TICK_TOP = TICK_BITS + (TICKS >> 5);
/** A bucket's first chunk, and the end of its last entry. */
const FIRST_CHUNK = TICK_TOP + 1;
const END = FIRST_CHUNK + BUCKETS;
const BUCKET_BITS = END + BUCKETS;
const BUCKET_WORDS = BUCKET_BITS + (BUCKETS >> 5);
const BUCKET_TOP = BUCKET_WORDS + (BUCKETS >> 10) + 1;
const INDEX_WORDS = BUCKET_TOP + 1;

// ---- Rows and entries are some words in a row, named by the index of the first. 0 is none.
const ROW_WORDS = 5; // no padding: that a few more rows are on two cache lines costs less than having more lines
const CODE = 0;
const ENTITY = 1;
const X = 2;
const Y = 3;
/** Odd while the row's event is pending; goes up by one when it is scheduled, and when it has run or is cancelled. */
const GENERATION = 4;
const NEXT_FREE = 0; // in rows that are free

const ENTRY_WORDS = 4;
/** The time is a double in the first two words; on level 0 the tick says it, and here is the tick's next entry. */
const NEXT = 0;
const ROW = 2;
const ROW_GENERATION = 3;

/** A chunk is 16 entries. The first only holds the bucket's next chunk, in its first word. Chunks are aligned. */
const CHUNK_WORDS = 16 * ENTRY_WORDS;
const NEXT_CHUNK = 0;

/** A handle is generation × MAX_ROW_WORDS + row: an integer below 2^53. */
const MAX_ROW_WORDS = 2 ** 29;
const MAX_GENERATION = 2 ** 24 - 1;

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

  private rows: Int32Array = new Int32Array(64 * ROW_WORDS);
  private endOfRows = ROW_WORDS;
  private firstFreeRow = 0;

  private readonly index = new Int32Array(INDEX_WORDS);
  private entries: Int32Array = new Int32Array(64 * CHUNK_WORDS);
  private times: Float64Array = new Float64Array(this.entries.buffer);
  private endOfChunks = CHUNK_WORDS;
  private firstFreeChunk = 0;
  /** Free entries for level 0, which takes and frees them singly. */
  private firstFreeEntry = 0;

  /** What `collect` has found last: times, and rows. */
  private collectedUs = new Float64Array(64);
  private collected = new Int32Array(64);

  /** Entries of events that were cancelled. */
  private dead = 0;
  /** So many more than the living may be dead: cleaning up costs some µs even if there is little. */
  protected deadAllowed = 4096;

  /**
   * Schedules an event at an absolute time: µs, an integer, not before `nowUs`. `code`, `entity`, `x` and `y` are
   * 32-bit integers. Allocates nothing, but for doubling the store when it is full.
   */
  schedule(atUs: number, code: number, entity: number, x: number, y: number): Handle {
    if (!(atUs >= this.nowUs && atUs <= Number.MAX_SAFE_INTEGER && Math.floor(atUs) === atUs))
      this.refuse(atUs);
    let row = this.firstFreeRow;
    if (row === 0) row = this.newRow();
    const rows = this.rows;
    this.firstFreeRow = rows[row + NEXT_FREE];
    rows[row + CODE] = code;
    rows[row + ENTITY] = entity;
    rows[row + X] = x;
    rows[row + Y] = y;
    const generation = ++rows[row + GENERATION];
    this.size++;
    if (atUs < this.quietUntilUs) this.quietUntilUs = atUs;
    this.add(atUs, row, generation);
    return generation * MAX_ROW_WORDS + row;
  }

  /** Takes a scheduled event back, in O(1), seen over many. False if it has run, was cancelled, or never was. */
  cancel(handle: Handle): boolean {
    const generation = Math.floor(handle / MAX_ROW_WORDS);
    const row = (handle - generation * MAX_ROW_WORDS) | 0; // `| 0`, since `%` is slow but on 32-bit integers
    const isPending =
      generation * MAX_ROW_WORDS + row === handle &&
      (generation & 1) === 1 &&
      row % ROW_WORDS === 0 &&
      row < this.endOfRows &&
      this.rows[row + GENERATION] === generation;
    if (!isPending) return false;
    this.releaseRow(row);
    if (++this.dead > this.size + this.deadAllowed) this.compact();
    return true;
  }

  /**
   * Takes the next event not later than `limitUs` into the registers, and moves `nowUs` to its time. If there is
   * none, returns false and changes nothing, so that anything from `nowUs` on can still be scheduled.
   */
  pop(limitUs: number): boolean {
    if (limitUs < this.quietUntilUs || this.size === 0) return false;
    const beforeUs = this.nowUs;
    for (;;) {
      const tick = this.firstTick();
      if (tick < 0) {
        if (this.open(limitUs)) continue;
        break;
      }
      const atUs = this.timeOf(tick);
      if (atUs > limitUs) {
        this.quietUntilUs = atUs;
        break;
      }
      const entry = this.shift(tick);
      const entries = this.entries;
      const row = entries[entry + ROW];
      const rows = this.rows;
      if (rows[row + GENERATION] !== entries[entry + ROW_GENERATION]) {
        this.dead--;
        continue;
      }
      this.nowUs = atUs;
      this.code = rows[row + CODE];
      this.entity = rows[row + ENTITY];
      this.x = rows[row + X];
      this.y = rows[row + Y];
      this.releaseRow(row);
      return true;
    }
    // If `open` moved the present, then over buckets of dead entries only (see there), and it can go back.
    this.nowUs = beforeUs;
    return false;
  }

  /** Time of the next event, in µs; Infinity if there is none. Changes nothing (but may drop dead entries). */
  peekTimeUs(): number {
    while (this.size > 0) {
      const tick = this.firstTick();
      if (tick >= 0) {
        if (this.isAlive(this.index[TICK_FIRST + tick])) return this.timeOf(tick);
        this.shift(tick);
        this.dead--;
      } else {
        const bucket = this.firstBucket();
        const earliestUs = this.earliestIn(bucket);
        if (earliestUs < Number.POSITIVE_INFINITY) return earliestUs;
        this.spread(bucket);
      }
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * Whether more than one event may be at the time of the next, if that is not later than `limitUs`. `pop` up to the same limit must follow before
   * anything is scheduled, or, where there are several, `forEachNext`, which says which they are, and `take`.
   */
  hasTies(limitUs: number): boolean {
    const beforeUs = this.nowUs;
    while (this.size > 0) {
      const tick = this.firstTick();
      if (tick < 0) {
        if (!this.open(limitUs)) break;
        continue;
      }
      const entry = this.index[TICK_FIRST + tick];
      if (!this.isAlive(entry)) {
        this.shift(tick);
        this.dead--;
        continue;
      }
      if (this.timeOf(tick) > limitUs) break;
      return this.entries[entry + NEXT] !== 0;
    }
    // As in `pop`: the present has moved over what is dead only.
    this.nowUs = beforeUs;
    return false;
  }

  /** Visits all events at the time of the next, in the order in which they will run, until `visit` says false; after `hasTies` said true. */
  forEachNext(visit: (code: number, entity: number, handle: Handle) => boolean): void {
    const { entries, index, rows } = this;
    const tick = this.firstTick();
    for (let entry = index[TICK_FIRST + tick]; entry !== 0; entry = entries[entry + NEXT]) {
      const row = entries[entry + ROW];
      const isAlive = rows[row + GENERATION] === entries[entry + ROW_GENERATION];
      const handle = rows[row + GENERATION] * MAX_ROW_WORDS + row;
      if (isAlive && !visit(rows[row + CODE], rows[row + ENTITY], handle)) return;
    }
  }

  /** Takes one of those that {@link forEachNext} visits, as `pop` takes the first of them. */
  take(handle: Handle): void {
    this.nowUs = this.timeOf(this.firstTick());
    const row = handle % MAX_ROW_WORDS;
    const { rows } = this;
    this.code = rows[row + CODE];
    this.entity = rows[row + ENTITY];
    this.x = rows[row + X];
    this.y = rows[row + Y];
    this.releaseRow(row);
    this.dead++;
  }

  /**
   * Visits all pending events in the order in which they will run. For looking and hashing: slow where there are many. What visits may not
   * change the queue.
   */
  forEachPending(
    visit: (atUs: number, code: number, entity: number, x: number, y: number, handle: Handle) => void,
  ): void {
    const count = this.collect(true);
    const { rows, collectedUs, collected } = this;
    for (let i = 0; i < count; i++) {
      const row = collected[i];
      visit(
        collectedUs[i],
        rows[row + CODE],
        rows[row + ENTITY],
        rows[row + X],
        rows[row + Y],
        rows[row + GENERATION] * MAX_ROW_WORDS + row,
      );
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
      rows: this.rows.slice(ROW_WORDS, this.endOfRows),
      firstFreeRow: this.firstFreeRow,
      ...this.allPending(),
    };
  }

  /**
   * Goes back to what was saved, here or by another queue. What is scheduled from then on gets the handles that it
   * would have got there; handles given out since the save must be forgotten.
   */
  restore(state: QueueState): void {
    this.nowUs = state.nowUs;
    this.windowEndUs = windowEndUs(state.nowUs);
    this.quietUntilUs = state.nowUs;
    this.size = state.pending.length;
    this.code = state.code;
    this.entity = state.entity;
    this.x = state.x;
    this.y = state.y;
    this.rows.fill(0, 0, this.endOfRows);
    this.endOfRows = ROW_WORDS + state.rows.length;
    while (this.rows.length < this.endOfRows) this.growRows();
    this.rows.set(state.rows, ROW_WORDS);
    this.firstFreeRow = state.firstFreeRow;
    this.replaceAll(state.times, state.pending);
  }

  // ---- where events are

  /** Puts an entry at the end of the tick or bucket that the rule says. */
  private add(atUs: number, row: number, generation: number): void {
    const index = this.index;
    let bucket: number;
    if (atUs < this.windowEndUs) {
      // Bitwise operators take the low 32 bits of a number, however large, and only the near ones can differ.
      const differing = atUs ^ this.nowUs;
      if (differing < TICKS) {
        this.push(atUs & TICK_MASK, row, generation);
        return;
      }
      bucket =
        differing < LEVEL_2_US
          ? (atUs >> LEVEL_1_SHIFT) & (LEVEL_1_BUCKETS - 1)
          : LEVEL_1_BUCKETS + ((atUs >> LEVEL_2_SHIFT) & (LEVEL_2_BUCKETS - 1));
    } else {
      const differing = Math.floor(atUs / WINDOW_US) ^ Math.floor(this.nowUs / WINDOW_US);
      bucket = FIRST_FAR_BUCKET + 31 - Math.clz32(differing);
    }
    let entry = index[END + bucket];
    if (entry % CHUNK_WORDS === 0) entry = this.extend(bucket, entry); // no chunk yet, or full
    index[END + bucket] = entry + ENTRY_WORDS;
    this.times[entry >> 1] = atUs;
    const entries = this.entries;
    entries[entry + ROW] = row;
    entries[entry + ROW_GENERATION] = generation;
  }

  /** Gives a bucket that ends at `end` another chunk. Returns its first entry. */
  private extend(bucket: number, end: number): number {
    const chunk = this.newChunk();
    const index = this.index;
    this.entries[chunk + NEXT_CHUNK] = 0;
    if (end > 0) {
      this.entries[end - CHUNK_WORDS + NEXT_CHUNK] = chunk;
    } else {
      index[FIRST_CHUNK + bucket] = chunk;
      index[BUCKET_BITS + (bucket >> 5)] |= 1 << (bucket & 31);
      index[BUCKET_WORDS + (bucket >> 10)] |= 1 << ((bucket >> 5) & 31);
      index[BUCKET_TOP] |= 1 << (bucket >> 10);
    }
    return chunk + ENTRY_WORDS;
  }

  /** The first bucket that has entries. There must be one. */
  private firstBucket(): number {
    const index = this.index;
    const group = lowestBit(index[BUCKET_TOP]);
    const word = (group << 5) + lowestBit(index[BUCKET_WORDS + group]);
    return (word << 5) + lowestBit(index[BUCKET_BITS + word]);
  }

  /**
   * Moves the present to the first bucket, and spreads that; ticks must be empty. False if nothing in it is due.
   *
   * If all of a near bucket is due, the present moves to its beginning, without looking for its earliest event
   * first. That is no event's time; but as long as one of the bucket's events is alive, `pop` is sure to take it,
   * and if all are dead, none was put where only the new present is right.
   */
  private open(limitUs: number): boolean {
    const bucket = this.firstBucket();
    const shift = bucket < LEVEL_1_BUCKETS ? LEVEL_1_SHIFT : LEVEL_2_SHIFT;
    let startUs =
      bucket < LEVEL_1_BUCKETS
        ? this.nowUs - (this.nowUs & LEVEL_2_MASK) + (bucket << LEVEL_1_SHIFT)
        : this.windowEndUs - WINDOW_US + ((bucket - LEVEL_1_BUCKETS) << LEVEL_2_SHIFT);
    if (bucket >= FIRST_FAR_BUCKET || startUs + (1 << shift) - 1 > limitUs) {
      startUs = this.earliestIn(bucket);
      if (startUs === Number.POSITIVE_INFINITY) {
        startUs = this.nowUs; // all dead: only to be dropped
      } else if (startUs > limitUs) {
        this.quietUntilUs = startUs;
        return false;
      }
    }
    this.nowUs = startUs;
    if (bucket >= FIRST_FAR_BUCKET) this.windowEndUs = windowEndUs(startUs);
    this.spread(bucket);
    return this.size > 0;
  }

  /** Puts the living entries of a bucket that the present has reached where the rule now says. Drops the dead. */
  private spread(bucket: number): void {
    const { index, entries, times, rows } = this;
    const end = index[END + bucket];
    let chunk = index[FIRST_CHUNK + bucket];
    index[FIRST_CHUNK + bucket] = 0;
    index[END + bucket] = 0;
    const isWordEmpty = (index[BUCKET_BITS + (bucket >> 5)] &= ~(1 << (bucket & 31))) === 0;
    if (isWordEmpty && (index[BUCKET_WORDS + (bucket >> 10)] &= ~(1 << ((bucket >> 5) & 31))) === 0)
      index[BUCKET_TOP] &= ~(1 << (bucket >> 10));
    // Adding may replace `this.entries` by a longer copy; what is read here is the same in both.
    while (chunk !== 0) {
      const next = entries[chunk + NEXT_CHUNK];
      const stop = next === 0 ? end : chunk + CHUNK_WORDS;
      for (let entry = chunk + ENTRY_WORDS; entry < stop; entry += ENTRY_WORDS) {
        const row = entries[entry + ROW];
        const generation = entries[entry + ROW_GENERATION];
        // This fetches the row that `pop` needs soon; the processor waits for several at a time.
        if (rows[row + GENERATION] === generation) this.add(times[entry >> 1], row, generation);
        else this.dead--;
      }
      this.entries[chunk + NEXT_CHUNK] = this.firstFreeChunk;
      this.firstFreeChunk = chunk;
      chunk = next;
    }
  }

  /** Time of a bucket's earliest event; Infinity if all are dead. */
  private earliestIn(bucket: number): number {
    const { entries, times } = this;
    let earliestUs = Number.POSITIVE_INFINITY;
    let next = 0;
    for (let chunk = this.index[FIRST_CHUNK + bucket]; chunk !== 0; chunk = next) {
      next = entries[chunk + NEXT_CHUNK];
      const stop = next === 0 ? this.index[END + bucket] : chunk + CHUNK_WORDS;
      for (let entry = chunk + ENTRY_WORDS; entry < stop; entry += ENTRY_WORDS)
        if (times[entry >> 1] < earliestUs && this.isAlive(entry)) earliestUs = times[entry >> 1];
    }
    return earliestUs;
  }

  // ---- level 0: a linked list a tick. All of it is near the present, and in the caches.

  private timeOf(tick: number): number {
    return this.nowUs - (this.nowUs & TICK_MASK) + tick;
  }

  /** The first tick that has entries, or -1. */
  private firstTick(): number {
    const words = this.index[TICK_TOP];
    if (words === 0) return -1;
    const word = lowestBit(words);
    return (word << 5) + lowestBit(this.index[TICK_BITS + word]);
  }

  /** Adds an entry to a tick. */
  private push(tick: number, row: number, generation: number): void {
    const index = this.index;
    let entry = this.firstFreeEntry;
    if (entry === 0) entry = this.newEntries();
    const entries = this.entries;
    this.firstFreeEntry = entries[entry + NEXT];
    entries[entry + NEXT] = 0;
    entries[entry + ROW] = row;
    entries[entry + ROW_GENERATION] = generation;
    if (index[TICK_FIRST + tick] === 0) {
      index[TICK_FIRST + tick] = entry;
      index[TICK_BITS + (tick >> 5)] |= 1 << (tick & 31);
      index[TICK_TOP] |= 1 << (tick >> 5);
    } else {
      entries[index[TICK_LAST + tick] + NEXT] = entry;
    }
    index[TICK_LAST + tick] = entry;
  }

  /** Takes the first entry from the first tick. It is free then, but can still be read. */
  private shift(tick: number): number {
    const { index, entries } = this;
    const entry = index[TICK_FIRST + tick];
    const next = entries[entry + NEXT];
    index[TICK_FIRST + tick] = next;
    if (next === 0) {
      const bits = index[TICK_BITS + (tick >> 5)];
      index[TICK_BITS + (tick >> 5)] = bits & (bits - 1);
      if ((bits & (bits - 1)) === 0) index[TICK_TOP] &= index[TICK_TOP] - 1;
    }
    entries[entry + NEXT] = this.firstFreeEntry;
    this.firstFreeEntry = entry;
    return entry;
  }

  // ---- all entries

  private isAlive(entry: number): boolean {
    return this.rows[this.entries[entry + ROW] + GENERATION] === this.entries[entry + ROW_GENERATION];
  }

  /** Times and rows of all living entries, those of one time in order of scheduling. */
  private allPending(): { times: Float64Array; pending: Int32Array } {
    const count = this.collect(false);
    return { times: this.collectedUs.slice(0, count), pending: this.collected.slice(0, count) };
  }

  /**
   * Writes times and rows of all living entries into `collectedUs` and `collected`: tick by tick, then bucket by bucket, in each in order of
   * scheduling, or `inOrder` of time. Returns how many.
   */
  private collect(inOrder: boolean): number {
    if (this.collected.length < this.size) {
      this.collectedUs = new Float64Array(2 * this.size);
      this.collected = new Int32Array(2 * this.size);
    }
    const { index, entries, times, collectedUs, collected } = this;
    let count = 0;
    for (let words = index[TICK_TOP]; words !== 0; words &= words - 1) {
      const word = lowestBit(words);
      for (let bits = index[TICK_BITS + word]; bits !== 0; bits &= bits - 1) {
        const tick = (word << 5) + lowestBit(bits);
        for (let entry = index[TICK_FIRST + tick]; entry !== 0; entry = entries[entry + NEXT]) {
          if (!this.isAlive(entry)) continue;
          collectedUs[count] = this.timeOf(tick);
          collected[count++] = entries[entry + ROW];
        }
      }
    }
    for (let word = 0; word < BUCKETS >> 5; word++) {
      for (let bits = index[BUCKET_BITS + word]; bits !== 0; bits &= bits - 1) {
        const bucket = (word << 5) + lowestBit(bits);
        const first = count;
        let next = 0;
        for (let chunk = index[FIRST_CHUNK + bucket]; chunk !== 0; chunk = next) {
          next = entries[chunk + NEXT_CHUNK];
          const stop = next === 0 ? index[END + bucket] : chunk + CHUNK_WORDS;
          for (let entry = chunk + ENTRY_WORDS; entry < stop; entry += ENTRY_WORDS) {
            if (!this.isAlive(entry)) continue;
            collectedUs[count] = times[entry >> 1];
            collected[count++] = entries[entry + ROW];
          }
        }
        // Whatever is in later buckets is later.
        if (inOrder) this.sortCollected(first, count);
      }
    }
    return count;
  }

  /**
   * Puts a stretch of what was collected in order of time; what is simultaneous stays as it is. Most of it is in order, since it was scheduled
   * in that order: each takes its place among those before it, unless that takes too many steps.
   */
  private sortCollected(first: number, end: number): void {
    const { collectedUs, collected } = this;
    let steps = STEPS_EACH * (end - first);
    for (let i = first + 1; i < end; i++) {
      const atUs = collectedUs[i];
      const row = collected[i];
      let at = i;
      for (; at > first && collectedUs[at - 1] > atUs; at--) {
        collectedUs[at] = collectedUs[at - 1];
        collected[at] = collected[at - 1];
      }
      collectedUs[at] = atUs;
      collected[at] = row;
      steps -= i - at;
      if (steps < 0) return this.sortMany(first, end);
    }
  }

  /** The same for what is far out of order: what is simultaneous stays as it is here, too. */
  private sortMany(first: number, end: number): void {
    const { collectedUs, collected } = this;
    const times = collectedUs.slice(first, end);
    const rows = collected.slice(first, end);
    const order = Uint32Array.from(times, (_, i) => i);
    order.sort((a, b) => times[a] - times[b]);
    for (let i = 0; i < order.length; i++) {
      collectedUs[first + i] = times[order[i]];
      collected[first + i] = rows[order[i]];
    }
  }

  /** Drops whatever there is, and puts these in. */
  private replaceAll(times: Float64Array, pending: Int32Array): void {
    this.index.fill(0);
    this.endOfChunks = CHUNK_WORDS;
    this.firstFreeChunk = 0;
    this.firstFreeEntry = 0;
    this.dead = 0;
    for (let i = 0; i < pending.length; i++)
      this.add(times[i], pending[i], this.rows[pending[i] + GENERATION]);
  }

  /** Drops all dead entries. */
  protected compact(): void {
    const { times, pending } = this.allPending();
    this.replaceAll(times, pending);
  }

  // ---- the store

  private releaseRow(row: number): void {
    this.size--;
    const rows = this.rows;
    // A row whose generations are used up is never used again: 20 bytes lost after 8 million events.
    if (++rows[row + GENERATION] > MAX_GENERATION) return;
    rows[row + NEXT_FREE] = this.firstFreeRow;
    this.firstFreeRow = row;
  }

  private newRow(): number {
    if (this.endOfRows === this.rows.length) this.growRows();
    const row = this.endOfRows;
    this.endOfRows += ROW_WORDS;
    return row;
  }

  private growRows(): void {
    if (this.rows.length * 2 > MAX_ROW_WORDS)
      throw new RangeError(`the event queue is full: ${this.size} events are pending`);
    this.rows = doubled(this.rows);
  }

  private newChunk(): number {
    let chunk = this.firstFreeChunk;
    if (chunk !== 0) {
      this.firstFreeChunk = this.entries[chunk + NEXT_CHUNK];
      return chunk;
    }
    chunk = this.endOfChunks;
    if (chunk === this.entries.length) {
      this.entries = doubled(this.entries);
      this.times = new Float64Array(this.entries.buffer);
    }
    this.endOfChunks += CHUNK_WORDS;
    return chunk;
  }

  /** Cuts a chunk into entries for level 0. Returns the first free one. */
  private newEntries(): number {
    const chunk = this.newChunk();
    for (let entry = chunk; entry < chunk + CHUNK_WORDS; entry += ENTRY_WORDS) {
      this.entries[entry + NEXT] = this.firstFreeEntry;
      this.firstFreeEntry = entry;
    }
    return this.firstFreeEntry;
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

/** To put something in its place takes so many steps on average where a sort of all is not slower yet. */
const STEPS_EACH = 32;

function windowEndUs(nowUs: number): number {
  return (Math.floor(nowUs / WINDOW_US) + 1) * WINDOW_US;
}

function doubled(array: Int32Array): Int32Array {
  const copy = new Int32Array(array.length * 2);
  copy.set(array);
  return copy;
}
