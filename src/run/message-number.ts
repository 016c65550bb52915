/**
 * The number of a message, as people read it: the first that is sent is 1, in stories, rules, tables and lessons. In the trace and its
 * exports it is a row, and the first is 0.
 */
export function messageNumber(message: number): number {
  return message + 1;
}
