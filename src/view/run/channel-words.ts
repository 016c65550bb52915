/** What a record says of channels, in a sentence. */
import { at, RecordKind } from "../../model/trace/records.ts";
import { dollars } from "../../run/channels.ts";
import type { RunResult } from "../../run/result.ts";
import { channelWords } from "../../run/words.ts";
import { nodeName } from "./naming.ts";

/** Of a record that is about a copy and a channel: all of them have these in the same columns. */
export function channelText(run: RunResult, row: number): string {
  const { trace } = run;
  if (trace.kind[row] === RecordKind.context) return contextText(run, row);
  const { recipient, channel, micros } = at.channelSent;
  const who = nodeName(run, trace[recipient][row]);
  const node = trace[channel][row];
  const by = node < 0 ? "" : channelWords(nodeName(run, node));
  const last = trace[micros][row];
  switch (trace.kind[row]) {
    case RecordKind.channelSent:
      return `What is for ${who} goes by ${by}${last > 0 ? `, for ${dollars(last)}` : ""}.`;
    case RecordKind.channelArrived:
      return `It reaches ${who}’s device by ${by}${last === 1 ? ", where it is known and not shown again" : ""}.`;
    case RecordKind.read:
      return `${who} reads it${by === "" ? "" : `, as it came by ${by}`}.`;
    default:
      return `The service hears that ${who} ${last === 1 ? "has read it" : "has got it"}.`;
  }
}

function contextText(run: RunResult, row: number): string {
  const { trace } = run;
  const who = nodeName(run, trace[at.context.client][row]);
  return trace[at.context.kept][row] === 1
    ? `The conversation with ${who} goes on.`
    : `No conversation with ${who} is found: a new one begins.`;
}
