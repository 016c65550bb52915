/** How easily a text is read. */

/**
 * Flesch's reading ease, from 0 to about 100: 206.835 − 1.015 × words a sentence − 84.6 × syllables a word (R. Flesch, «A
 * new readability yardstick», 1948). Syllables are groups of vowels, without an e that is silent at the end.
 */
export function readingEase(text: string): number {
  const words = text.match(/[A-Za-z]+(?:[’'-][A-Za-z]+)*/g) ?? [];
  const sentences = Math.max(1, (text.match(/[.!?:]+(?=\s|$)/g) ?? []).length);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return 206.835 - 1.015 * (words.length / sentences) - 84.6 * (syllables / words.length);
}

function syllablesOf(word: string): number {
  const spoken = word.toLowerCase().replace(/(?<=[a-z]{2})e$/, "");
  return Math.max(1, (spoken.match(/[aeiouy]+/g) ?? []).length);
}
