/** Redis Cluster gives each key one of 16,384 slots, and each node a range of them; sharded Pub/Sub puts a channel where its slot is. */
import { figures, type PublishedResult } from "./result.ts";

const SLOTS = 16_384;
/** CRC-16/XMODEM, as of the cluster's specification. */
const POLYNOMIAL = 0x1021;
const TAGS = 128;

function slotOf(tag: string): number {
  let crc = 0;
  for (let i = 0; i < tag.length; i++) {
    crc ^= tag.charCodeAt(i) << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff;
  }
  return crc % SLOTS;
}

/** How many of the tags "0" to "127" each node has, where all have as many slots. */
function tagsByNode(nodes: number): number[] {
  const counts = new Array<number>(nodes).fill(0);
  for (let tag = 0; tag < TAGS; tag++) counts[Math.floor((slotOf(String(tag)) * nodes) / SLOTS)]!++;
  return counts;
}

const PUBLISHED: Readonly<Record<number, readonly number[]>> = {
  6: [27, 15, 22, 23, 16, 25],
  12: [10, 17, 5, 10, 16, 6, 8, 15, 9, 7, 16, 9],
};

export const clusterSlots: PublishedResult = {
  name: "cluster-slots",
  says: "128 tags are far from even over the nodes of a Redis Cluster",
  source: "FACTS §14.2: centrifugal.dev, blog of 2026-06-29",
  how: "CRC16 of each tag, over equal ranges of slots",
  figures: () =>
    Object.entries(PUBLISHED).flatMap(([nodes, published]) => {
      const ours = tagsByNode(Number(nodes));
      return figures(
        0,
        published.map((tags, i) => [`${nodes} nodes: tags at node ${i + 1}`, tags, ours[i]!] as const),
      );
    }),
};
