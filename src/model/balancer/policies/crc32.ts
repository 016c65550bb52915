/** CRC-32 as zlib and nginx have it (ngx_crc32.c), bit by bit reflected. */
const POLYNOMIAL = 0xedb8_8320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ POLYNOMIAL;
  return rest;
});

/** Of bytes given as numbers, or of a text of ASCII. */
export function crc32(...parts: readonly (string | readonly number[])[]): number {
  let rest = 0xffff_ffff;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) {
      const byte = typeof part === "string" ? part.charCodeAt(i) : part[i]!;
      rest = TABLE[(rest ^ byte) & 255]! ^ (rest >>> 8);
    }
  return (rest ^ 0xffff_ffff) >>> 0;
}
