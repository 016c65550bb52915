/**
 * A Bloom filter: so many bits, of which each member sets a few. Who asks for a member is told yes if all of its bits are set, be it by
 * others. So it never denies a member, it says yes to some who never were one, and nobody can be taken out, listed or counted. After n members
 * in m bits with k hashes each, it says yes to (1 − e^(−kn/m))^k of all others. FACTS §6.
 *
 * The bits of a member are h + i × g, as of Kirsch and Mitzenmacher: two hashes are as good as many.
 */

/** The bits of a member, each once. */
export function bitsOf(member: number, bits: number, hashes: number): number[] {
  const first = mix(2 * member + 1);
  const step = mix(2 * member + 2) | 1;
  const found = new Set<number>();
  for (let i = 0; i < hashes; i++) found.add((first + i * (step >>> 0)) % bits);
  return [...found];
}

/** A hash of 32 bits: the finalizer of MurmurHash3, which lets each bit change half of the others. */
function mix(value: number): number {
  let h = Math.imul(value, 0x9e3779b1);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
