/** How often a Bloom filter says yes to somebody who never came. */
import { bitsOf } from "../model/presence/filter.ts";
import { figures, type PublishedResult } from "./result.ts";

const MEMBERS = 10_000;
const STRANGERS = 100_000;

/** The share of strangers that a filter takes for members. */
function falsePositives(members: number, bits: number, hashes: number): number {
  const isSet = new Uint8Array(bits);
  for (let member = 0; member < members; member++)
    for (const bit of bitsOf(member, bits, hashes)) isSet[bit] = 1;
  let taken = 0;
  for (let i = 0; i < STRANGERS; i++)
    if (bitsOf(members + i, bits, hashes).every((bit) => isSet[bit] === 1)) taken++;
  return taken / STRANGERS;
}

/** Bits that a filter for so many members needs to be wrong for one of a hundred strangers, with 7 hashes. */
const BITS_OF_ONE_PERCENT = 9.585;

export const bloom: PublishedResult = {
  name: "bloom",
  says: "A Bloom filter errs as its size says, and far more once there are more members than it was made for",
  source: "FACTS §6, §14.5: (1 − e^(−kn/m))^k",
  how: `the model's own filter, with ${MEMBERS} members and ${STRANGERS} strangers`,
  figures: () => {
    const percent = (times: number, bitsEach: number, hashes: number) =>
      100 * falsePositives(times * MEMBERS, Math.round(MEMBERS * bitsEach), hashes);
    return figures(0.06, [
      ["8 bits a member, 5 hashes: % of strangers", 2.168, percent(1, 8, 5)],
      ["8 bits a member, 6 hashes: % of strangers", 2.158, percent(1, 8, 6)],
      ["10 bits a member, 7 hashes: % of strangers", 0.819, percent(1, 10, 7)],
      ["made for 1 %, twice as many members: % of strangers", 15.7, percent(2, BITS_OF_ONE_PERCENT, 7)],
      ["made for 1 %, three times as many: % of strangers", 43.6, percent(3, BITS_OF_ONE_PERCENT, 7)],
    ]);
  },
};
