/** The name in JSON output and scenario files of what code calls by a key: «pingTimeout» is «ping-timeout». */
export function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
