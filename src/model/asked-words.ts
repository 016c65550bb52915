/**
 * Words that are read only where somebody asks for them: what a field of a scenario says of itself, what would have saved a copy.
 * Here they are as they are written. The page's declarations have numbers in their place, and the words come once they are
 * asked for (src/view/build/asked-words.ts).
 */
export function askedWords(written: string): string {
  return written;
}
