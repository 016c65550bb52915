/** What something costs in the time that is looked at, line by line. */

export interface Line {
  readonly says: string;
  /** Null: a price for it is missing. $. */
  readonly amount: number | null;
  /** How it comes about, in words and numbers. */
  readonly how: string;
}

export interface Bill {
  readonly name: OptionName;
  readonly title: string;
  readonly lines: readonly Line[];
  /** Null: what it costs can't be said, as something is missing. $. */
  readonly total: number | null;
  /** What others charge, without one's own people. $. */
  readonly fee: number | null;
  /** Null: the prices are for a load like this. Else why no plan whose price is published allows it: the total is then by list, and not on offer. */
  readonly beyond: string | null;
  readonly missing: readonly string[];
}

export type OptionName = "build" | "ably" | "ably-users" | "pusher" | "vonage";

/** What one's own people cost. */
export interface People {
  readonly lines: readonly Line[];
  /** What is missing without being a line. */
  readonly missing: readonly string[];
}

interface Written {
  readonly lines: readonly Line[];
  readonly people: People;
  readonly beyond?: string | null;
  /** What is missing without being a line. */
  readonly missing?: readonly string[];
}

export function billOf(name: OptionName, title: string, written: Written): Bill {
  const { people, beyond = null, missing = [] } = written;
  const lines = [...written.lines, ...people.lines];
  const unknown = lines.filter(({ amount }) => amount === null).map(({ says }) => says);
  return {
    name,
    title,
    lines,
    total: sum(lines.map(({ amount }) => amount)),
    fee: sum(written.lines.map(({ amount }) => amount)),
    beyond,
    missing: [...unknown, ...people.missing, ...missing],
  };
}

/** A product of which a factor may be missing. */
export function times(...factors: readonly (number | null)[]): number | null {
  return factors.reduce((all, one) => (all === null || one === null ? null : all * one), 1);
}

/** A sum of which a part may be missing. */
export function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce((all, one) => (all === null || one === null ? null : all + one), 0);
}
