/** What went by which channel, what it cost, and who was told twice: read off the trace, as the command line, lessons and the page say it. */
import { microsOf } from "../model/gateway/providers.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, type Columns, RecordKind } from "../model/trace/records.ts";
import type { Scenario } from "../scenario/schema.ts";
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
export function countChannels({ nodes, trace }: Pick<RunResult, "nodes" | "trace">): readonly ChannelCount[] {
  const channels = nodes.filter(({ kind }) => kind === "channel");
  if (channels.length === 0) return [];
  const counting = new Counting(channels.map(({ node, name }) => countOf(node, name)));
  for (let row = 0; row < trace.length; row++) counting.see(trace, row);
  return counting.all;
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
        by.again++;
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
