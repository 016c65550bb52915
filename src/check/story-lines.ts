/** From what happened to the lines of a story: what belongs together is told once, and what matters least is left out. */

export interface StoryLine {
  readonly timeUs: number;
  readonly text: string;
}

/** Something that happened to some clients, as the trace tells it. */
export interface Happening {
  readonly timeUs: number;
  /** The record that it was read from. */
  readonly row: number;
  /** Happenings of one kind are those that a rule counts together. */
  readonly kind: string;
  /** What is the same for several clients is one line for all of them. */
  readonly what: string;
  readonly clients: readonly number[];
  /** Lines of low weight are left out first. */
  readonly weight: number;
  /** What happened, told of these clients. */
  readonly text: (clients: readonly number[]) => string;
}

/** The kind of happening that says where a client is. */
export const CONNECTED = "connected";

/** Happenings that are told as one. */
type Line = Omit<Happening, "row"> & { readonly rows: readonly number[] };

/** More lines than this nobody reads; the last one, that says what is broken, comes on top. */
const MAX_LINES = 9;
/** If more lines than this of one kind can't be left out, they are put together. */
const MAX_APART = 3;
/** Among lines of at least this weight, the latest tells most; among lighter ones, the first explains how things go. */
const WEIGHTY = 7;

/**
 * The story up to the record at which the rule broke. Records of that record's kind are what the rule counts,
 * so the last of them stands at its own time. Where each client was connected last is always told. `crowd`
 * puts clients on many servers into one line.
 */
export function storyLines(
  happenings: readonly Happening[],
  breachRow: number,
  crowd: Happening["text"],
): StoryLine[] {
  const lines = together(happenings.map(asLine), ({ timeUs, what }) => `${timeUs} ${what}`);
  const kind = lines.find(({ rows }) => rows.includes(breachRow))?.kind;
  const counted = lines.filter((line) => line.kind === kind);
  const places = lastPlaces(lines.filter((line) => line.kind === CONNECTED && line.kind !== kind));
  const [decisive, others] = decisiveOf(counted);
  const needed = [...decisive, ...inFewLines(places, crowd)];
  const told = new Set([...counted, ...places]);
  const rest = [...others, ...lines.filter((line) => !told.has(line))];
  return [...needed, ...weightiest(rest, MAX_LINES - needed.length)]
    .sort((one, other) => one.rows[0] - other.rows[0])
    .map(({ timeUs, clients, text, rows }) => ({ timeUs, text: withTimes(text(clients), rows, clients) }));
}

function asLine({ row, ...happening }: Happening): Line {
  return { ...happening, rows: [row] };
}

/** «(3 times in all)», if something happened to somebody more than once. */
function withTimes(text: string, rows: readonly number[], clients: readonly number[]): string {
  return rows.length > Math.max(1, clients.length) ? `${text} (${rows.length} times in all)` : text;
}

/** Lines of the same key as one, which stands where the first of them does, or the last. */
function together(
  lines: readonly Line[],
  keyOf: (line: Line) => string,
  at: "first" | "last" = "first",
): Line[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return [...groups.values()].map((group): Line => {
    const line = group.at(at === "first" ? 0 : -1)!;
    if (group.length === 1) return line;
    const clients = [...new Set(group.flatMap((one) => one.clients))].sort((one, other) => one - other);
    const rows = group.flatMap((one) => one.rows);
    return { ...line, clients, rows: at === "first" ? rows : [...rows].reverse() };
  });
}

/**
 * Splits what the rule counted into what is always told and the rest: the first and the last stand alone,
 * those between are put together.
 */
function decisiveOf(counted: readonly Line[]): readonly [decisive: readonly Line[], others: readonly Line[]] {
  if (counted.length <= MAX_APART) return [counted, []];
  const between = together(counted.slice(1, -1), ({ what }) => what, "last");
  const ends = [counted[0], counted.at(-1)!];
  return ends.length + between.length <= MAX_APART ? [[...ends, ...between], []] : [ends, between];
}

/** The lines that say where clients are: the last one of each client. */
function lastPlaces(lines: readonly Line[]): Line[] {
  const last = new Map<number, Line>();
  for (const line of lines) for (const client of line.clients) last.set(client, line);
  const places = new Set(last.values());
  return lines.filter((line) => places.has(line));
}

function inFewLines(places: readonly Line[], crowd: Happening["text"]): readonly Line[] {
  if (places.length <= MAX_APART) return places;
  const byServer = together(places, ({ what }) => what, "last");
  if (byServer.length <= MAX_APART) return byServer;
  return together(byServer, () => CONNECTED, "last").map((line) => ({ ...line, text: crowd }));
}

/** Cuts the story to so many lines: first details that repeat are told once, then the lightest lines are left out. */
function weightiest(lines: readonly Line[], most: number): readonly Line[] {
  if (lines.length <= most) return lines;
  return together(lines, ({ what, clients, weight, rows }) =>
    weight < WEIGHTY ? `${what} ${clients.join()}` : `${rows[0]}`,
  )
    .sort((one, other) => {
      if (one.weight !== other.weight) return other.weight - one.weight;
      const earlier = one.rows[0] - other.rows[0];
      return one.weight >= WEIGHTY ? -earlier : earlier;
    })
    .slice(0, Math.max(0, most));
}
