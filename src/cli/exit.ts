/** What the process ends with. */
export const Exit = {
  ran: 0,
  /** A rule of the scenario was broken. */
  ruleBroken: 1,
  /** Bad input: arguments, scenario, or an output that can't be written. */
  badInput: 2,
  /** Nothing is broken, but a rule was silent, unfinished or not tried. */
  open: 3,
  /** Fanout Lab itself failed. */
  failed: 4,
  /** Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;
