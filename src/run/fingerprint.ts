import type { Columns } from "../model/trace/records.ts";

/**
 * The fingerprint of a trace: 16 hexadecimal digits that change if any field of any record does. Two 32-bit lanes of
 * murmur3's mixing over integers only, so it is the same in every engine. Not a cryptographic hash.
 */
export function fingerprint(trace: Columns): string {
  let low = 0x9747b28c;
  let high = 0x3c6ef372;
  const columns = [trace.kind, trace.a, trace.b, trace.c, trace.d, trace.e] as const;
  for (let i = 0; i < trace.length; i++) {
    const timeUs = trace.timeUs[i];
    low = mix(low, timeUs >>> 0);
    high = mix(high, Math.floor(timeUs / 2 ** 32));
    for (const column of columns) {
      const value = column[i];
      low = mix(low, value);
      high = mix(high, value ^ low);
    }
  }
  low = finish(low ^ trace.length);
  high = finish(high ^ low);
  return hex(high) + hex(low);
}

/** One step of murmur3 over a 32-bit word. */
export function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
