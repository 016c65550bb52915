import { Fate } from "../../model/fate/oracle.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { at, RecordKind, readerOf } from "../../model/trace/records.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { Breach, Monitor, Rule } from "../rule.ts";

const copyOf = readerOf("copy");
const messageOf = readerOf("message");
const clientOf = readerOf("client");

/** So many fates, of which there are four, fit into a number of 30 bits. */
const TOLD_AT_ONCE = 15;

/** Every copy has one fate, and every loss one cause, place and time. Being delivered again does not count as a second fate. */
export const conservation: Rule = {
  name: "conservation",
  kind: "always",
  statement: "Every copy has one fate: delivered, or lost once, with one cause, at one place.",
  subject: ["copy", "copies"],
  whenNone: "nothing is sent",
  watch: ({ nameOf, nodes }): Monitor => {
    /** By copy. */
    const fates: number[] = [];
    let addressed = 0;
    const broken = (key: string, client: number, message: number, what: string): Breach => ({
      key,
      text: `${nameOf(client)}'s copy of message ${messageNumber(message)} ${what}.`,
      clients: [client],
      message,
    });
    return {
      sees: [RecordKind.copy, RecordKind.delivered, RecordKind.duplicated, RecordKind.lost],
      see: (trace, row) => {
        const kind = trace.kind[row];
        const copy = copyOf(trace, row);
        const message = messageOf(trace, row);
        const client = clientOf(trace, row);
        const fate = fates[copy];
        if (kind === RecordKind.copy) {
          addressed++;
          fates[copy] = Fate.inFlight;
          return fate === undefined ? null : broken("sent-twice", client, message, "is addressed twice");
        }
        if (fate === undefined) return broken("never-sent", client, message, "was never sent");
        if (kind === RecordKind.duplicated)
          return fate === Fate.delivered
            ? null
            : broken("duplicate", client, message, "arrives again without having arrived");
        if (fate !== Fate.inFlight)
          return broken(
            "two-fates",
            client,
            message,
            `is ${fate === Fate.lost ? "lost" : "delivered"}, and then ${kind === RecordKind.lost ? "lost" : "delivered"}`,
          );
        fates[copy] = kind === RecordKind.lost ? Fate.lost : Fate.delivered;
        if (kind !== RecordKind.lost) return null;
        const place = trace[at.lost.place][row];
        if (CAUSES[trace[at.lost.cause][row]] === undefined)
          return broken("no-cause", client, message, "is lost without a cause");
        if (place < 0 || place >= nodes) return broken("no-place", client, message, "is lost nowhere");
        return null;
      },
      scope: () => ({ spoke: addressed, open: 0, exempt: {} }),
      digest: (add) => {
        for (let first = 0; first < fates.length; first += TOLD_AT_ONCE) {
          let several = 0;
          for (let copy = first; copy < first + TOLD_AT_ONCE; copy++)
            several = several * 4 + (fates[copy] ?? Fate.none);
          add(several);
        }
      },
    };
  },
};
