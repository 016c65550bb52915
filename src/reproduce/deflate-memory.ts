/** What permessage-deflate takes for each connection: zlib's windows and tables, both ways. */
import { figures, type PublishedResult } from "./result.ts";

/** What a connection of python-websockets takes beside: it was left over in every row of its table. */
const REST_KIB = 28;

/** zlib's own arithmetic: to compress 2^(w+2) + 2^(m+9) bytes, to inflate 2^w. */
function kibOf(windowBits: number, memoryLevel: number): number {
  const bytes = 2 ** (windowBits + 2) + 2 ** (memoryLevel + 9) + 2 ** windowBits;
  return REST_KIB + bytes / 1024;
}

/** Window bits, memory level, KiB. */
const PUBLISHED = [
  [15, 8, 316],
  [14, 7, 172],
  [13, 6, 100],
  [12, 5, 64],
  [11, 4, 46],
  [10, 3, 37],
  [9, 2, 33],
] as const;

export const deflateMemory: PublishedResult = {
  name: "deflate-memory",
  says: "Compression takes up to 288 KiB for each WebSocket, and 5 KiB with the smallest window",
  source: "FACTS §14.6: websockets.readthedocs.io, topics/compression",
  how: "zlib's arithmetic, and 28 KiB for the rest",
  figures: () =>
    figures(
      // They are whole KiB: 32.5 is 33.
      0.016,
      PUBLISHED.map(([window, level, kib]) => [
        `window ${window}, memory level ${level}: KiB a connection`,
        kib,
        kibOf(window, level),
      ]),
    ),
};
