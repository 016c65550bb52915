import { CAUSES } from "../../model/causes.ts";
import { RecordKind } from "../../model/records.ts";
import { Calm } from "../calm.ts";
import { longestFlightUs } from "../flight.ts";
import { Presence } from "../presence.ts";
import type { Rule } from "../rule.ts";

/**
 * After a failed backplane is repaired, publishers and subscribers need up to this long to be back: node-redis waits at most 500 ms
 * between tries (FACTS §1.8), and then connects and subscribes.
 */
const RETRY_MAX_US = 500_000;

/**
 * What a backplane promises while nothing fails (FACTS §1.8, ground-truth 02): whoever is connected when a message is sent, and stays
 * so, gets it. It says nothing of copies whose sender or recipient is away, nor of those sent while something is failed or has not settled.
 */
export const delivery: Rule = {
  name: "delivery",
  kind: "always",
  statement: "Every copy arrives, as long as its sender and recipient stay connected and nothing fails.",
  watch: ({ clients, nameOf, scenario }) => {
    const calm = new Calm(scenario.faults);
    const presence = new Presence(clients);
    const settleUs = RETRY_MAX_US + 6 * longestFlightUs(scenario.network.backplane);
    /** Copies that are owed: those sent between connected ends in calm. By copy: [message, sender's, recipient's connection]. */
    const owed = new Map<number, readonly [sender: number, session: number, recipientSession: number]>();
    let sender = -1;
    let isCalm = true;
    return {
      sees: [
        ...Calm.sees,
        ...Presence.sees,
        RecordKind.message,
        RecordKind.copy,
        RecordKind.delivered,
        RecordKind.lost,
      ],
      see: (trace, row) => {
        calm.see(trace, row);
        presence.see(trace, row);
        const copy = trace.a[row]!;
        switch (trace.kind[row]) {
          case RecordKind.fault:
            owed.clear();
            return null;
          case RecordKind.message:
            sender = trace.b[row]!;
            isCalm = presence.isConnected(sender) && calm.sinceUs + settleUs <= trace.timeUs[row]!;
            return null;
          case RecordKind.copy: {
            const recipient = trace.c[row]!;
            if (isCalm && presence.isConnected(recipient))
              owed.set(copy, [sender, presence.session[sender]!, presence.session[recipient]!]);
            return null;
          }
          case RecordKind.delivered:
            owed.delete(copy);
            return null;
          case RecordKind.lost: {
            const due = owed.get(copy);
            owed.delete(copy);
            const recipient = trace.e[row]!;
            if (
              due === undefined ||
              presence.session[due[0]] !== due[1] ||
              presence.session[recipient] !== due[2]
            )
              return null;
            const cause = CAUSES[trace.d[row]!]!;
            return {
              key: cause.name,
              text: `${nameOf(due[0])}'s message for ${nameOf(recipient)} dies at ${nameOf(trace.c[row]!)}: ${cause.label}.`,
              clients: [due[0], recipient],
              message: trace.b[row]!,
            };
          }
          default:
            return null;
        }
      },
      digest: (add) => {
        calm.digest(add);
        presence.digest(add);
        for (const [copy, [from, session, recipient]] of owed)
          for (const value of [copy, from, session, recipient]) add(value);
      },
    };
  },
};
