/** What went by which channel, what it cost, and who was told twice: read off the trace, as the command line, lessons and the page say it. */
import { microsOf } from "../model/gateway/providers.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, type Columns, RecordKind } from "../model/trace/records.ts";
import type { Scenario } from "../scenario/schema.ts";
import { isDone } from "./effects.ts";
import type { RunResult } from "./result.ts";

export interface ChannelCount {
  /** Its node; −1: the page. */
  readonly node: number;
  readonly name: string;
  /** Copies that it took; of the page, all copies that were sent. */
  sent: number;
  /** Copies that it said no to. */
  refused: number;
  /** Copies that came by it first, and those that had come before: their recipients are told twice. */
  arrived: number;
  again: number;
  /** Copies that came before, which the application knew, and did not show again. */
  recognised: number;
  /** Copies that it lost. */
  lost: number;
  /** Copies that were read where it brought them. */
  read: number;
  /** In millionths of a US dollar; null: no price is known. */
  micros: number | null;
}

/** The page first, then the channels in the order in which they are taken; nothing where there is no service. */
export function countChannels(run: Pick<RunResult, "nodes" | "trace">): readonly ChannelCount[] {
  return new ChannelsSoFar(run).after(run.trace.length).counts;
}

/** What channels have done by then, and who was told twice. */
interface SoFar {
  readonly counts: readonly ChannelCount[];
  readonly twice: ReadonlySet<number>;
}

/** Counts after so many records. It goes on from where it stood, so that whoever follows a run reads each record once; back in time, it begins anew. */
export class ChannelsSoFar {
  readonly #run: Pick<RunResult, "nodes" | "trace">;
  #counting: Counting | null = null;
  #rows = 0;

  constructor(run: Pick<RunResult, "nodes" | "trace">) {
    this.#run = run;
  }

  after(rows: number): SoFar {
    const { nodes, trace } = this.#run;
    if (this.#counting === null || rows < this.#rows) {
      const channels = nodes.filter(({ kind }) => kind === "channel");
      if (channels.length === 0) return { counts: [], twice: new Set() };
      this.#counting = new Counting(channels.map(({ node, name }) => countOf(node, name)));
      this.#rows = 0;
    }
    for (; this.#rows < rows; this.#rows++) this.#counting.see(trace, this.#rows);
    return { counts: this.#counting.all, twice: this.#counting.twice };
  }
}

/** What all channels cost together, in millionths of a US dollar, as far as prices are known. */
export function spentMicros(counts: readonly ChannelCount[]): number {
  return counts.reduce((sum, { micros }) => sum + (micros ?? 0), 0);
}

/** What the channels may cost together, in millionths of a US dollar; without a budget infinitely much. */
export function budgetMicros({ gateway: { budgetUsd } }: Pick<Scenario, "gateway">): number {
  return budgetUsd === "none" ? Number.POSITIVE_INFINITY : microsOf(budgetUsd);
}

/** «$0.0083». Two places at least, and as many as there are. */
export function dollars(micros: number): string {
  const text = (micros / 1e6).toFixed(6).replace(/0{1,4}$/, "");
  return `$${text}`;
}

function countOf(node: number, name: string): ChannelCount {
  const none = { sent: 0, refused: 0, arrived: 0, again: 0, recognised: 0, lost: 0, read: 0 };
  return { node, name, ...none, micros: 0 };
}

class Counting {
  readonly all: readonly ChannelCount[];
  readonly twice = new Set<number>();
  readonly #page = countOf(-1, "the page");
  readonly #of: ReadonlyMap<number, ChannelCount>;
  /** The channel by which the copy comes of which the next record tells. */
  #by: ChannelCount | null = null;

  constructor(channels: readonly ChannelCount[]) {
    this.all = [this.#page, ...channels];
    this.#of = new Map(channels.map((count) => [count.node, count]));
  }

  see(trace: Columns, row: number): void {
    const by = this.#by ?? this.#page;
    this.#by = null;
    switch (trace.kind[row]) {
      case RecordKind.copy:
        this.#page.sent++;
        return;
      case RecordKind.delivered:
        by.arrived++;
        return;
      case RecordKind.duplicated:
        if (isDone(trace, row)) return;
        by.again++;
        this.twice.add(trace[at.duplicated.recipient][row]!);
        return;
      case RecordKind.channelSent:
        return this.#sent(trace, row);
      case RecordKind.channelArrived: {
        const channel = this.#of.get(trace[at.channelArrived.channel][row]!)!;
        if (trace[at.channelArrived.known][row] === 1) channel.recognised++;
        else this.#by = channel;
        return;
      }
      case RecordKind.read:
        (this.#of.get(trace[at.read.channel][row]!) ?? this.#page).read++;
        return;
      case RecordKind.frame:
        return this.#frame(trace, row);
    }
  }

  #sent(trace: Columns, row: number): void {
    const channel = this.#of.get(trace[at.channelSent.channel][row]!)!;
    const micros = trace[at.channelSent.micros][row]!;
    channel.sent++;
    if (micros < 0) channel.micros = null;
    else if (channel.micros !== null) channel.micros += micros;
  }

  #frame(trace: Columns, row: number): void {
    const channel = this.#of.get(trace[at.frame.from][row]!);
    if (channel === undefined) return;
    if (trace[at.frame.kind][row] === FrameKind.byChannel && trace[at.frame.flightUs][row]! < 0)
      channel.lost++;
    else if (trace[at.frame.kind][row] === FrameKind.refusal) channel.refused++;
  }
}
