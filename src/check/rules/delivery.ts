import { CAUSES } from "../../model/trace/causes.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { longestFlightUs } from "../flight.ts";
import { Presence } from "../presence.ts";
import type { Breach, Monitor, Rule } from "../rule.ts";
import { FAILED, ScopeCounter } from "../scope.ts";

/**
 * After a failed backplane is repaired, publishers and subscribers need up to this long to be back: node-redis waits at most 500 ms
 * between tries (FACTS §1.8), and then connects and subscribes.
 */
const RETRY_MAX_US = 500_000;

/**
 * A copy needs three round trips at most: its sender's POST may have to wait for the one before, its recipient's next GET must come, and
 * an upgrade may be under way, which takes one, and a tenth of a second (FACTS §1.1). It gets three times as many.
 */
const ROUND_TRIPS = 10;
const UPGRADE_US = 200_000;

/** Why a copy is exempt that was promised at first. */
const ENDED = "its connection ended meanwhile";

/** A copy that must arrive as long as these connections last. */
interface Owed {
  /** When it must be there, µs. */
  readonly dueUs: number;
  readonly sender: number;
  readonly senderSession: number;
  readonly recipient: number;
  readonly recipientSession: number;
}

/** A copy that was lost, though both connections lasted. */
interface Missed {
  readonly owed: Owed;
  readonly timeUs: number;
  readonly breach: Breach;
}

/**
 * What a backplane promises while nothing fails (FACTS §1.8, ground-truth 02): whoever is connected when a message is sent, and stays
 * so, gets it. It says nothing of copies whose sender or recipient is away, nor of those sent while something is failed or has not
 * settled. A connection that ends at the same instant as its copies was the reason, whichever stands first in the trace.
 */
export const delivery: Rule = {
  name: "delivery",
  kind: "eventually",
  statement: "Every copy arrives, as long as its sender and recipient stay connected and nothing fails.",
  subject: ["copy", "copies"],
  whenNone: "nothing is sent",
  watch: ({ clients, nameOf, scenario }): Monitor => {
    const calm = new Calm(scenario.faults);
    const counter = new ScopeCounter();
    const presence = new Presence(clients);
    const settleUs = RETRY_MAX_US + 6 * longestFlightUs(scenario.network.backplane);
    const { client, server, backplane } = scenario.network;
    const isLossy = [client, server, backplane].some(({ loss }) => loss !== 0);
    const oneWayUs = [client, server, backplane].reduce((sum, link) => sum + longestFlightUs(link), 0);
    // On lossy links retransmission can take long; there, only a copy that is lost is not coming any more.
    const limitUs = isLossy ? Number.POSITIVE_INFINITY : 2 * ROUND_TRIPS * oneWayUs + UPGRADE_US;
    /** By copy, in order of time. */
    const owed = new Map<number, Owed>();
    /** Lost at this instant, which is not over yet. */
    let missed: Missed[] = [];
    let sender = -1;
    /** Why nothing is promised of the message that is being sent; null if it is. */
    let whyNot: string | null = null;
    const lasts = ({ sender, senderSession, recipient, recipientSession }: Owed): boolean =>
      presence.session[sender] === senderSession && presence.session[recipient] === recipientSession;
    const seeLoss = (trace: Records, row: number): void => {
      const copy = trace[at.lost.copy][row];
      const due = owed.get(copy);
      owed.delete(copy);
      if (due === undefined || !lasts(due)) return;
      const cause = CAUSES[trace[at.lost.cause][row]];
      const breach: Breach = {
        key: cause.name,
        text: `${nameOf(due.sender)}'s message for ${nameOf(due.recipient)} dies at ${nameOf(trace[at.lost.place][row])}: ${cause.label}.`,
        clients: [due.sender, due.recipient],
        message: trace[at.lost.message][row],
      };
      missed.push({ owed: due, timeUs: trace.timeUs[row], breach });
    };
    const late = ({ sender, recipient }: Owed): Breach => ({
      key: "late",
      text: `${nameOf(sender)}'s message for ${nameOf(recipient)} has not arrived after ${limitUs / 1000} ms, and nothing is wrong with either.`,
      clients: [sender, recipient],
      message: -1,
    });
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
        // Nothing is promised to whom is gone.
        if (presence.see(trace, row)) {
          const still = missed.filter((one) => lasts(one.owed));
          counter.exempt(ENDED, missed.length - still.length);
          missed = still;
          for (const [copy, one] of owed) {
            if (lasts(one)) continue;
            owed.delete(copy);
            counter.exempt(ENDED);
          }
        }
        switch (trace.kind[row]) {
          case RecordKind.fault:
            counter.exempt("something failed meanwhile", owed.size);
            owed.clear();
            break;
          case RecordKind.message:
            sender = trace[at.message.sender][row];
            if (!presence.isConnected(sender)) whyNot = "sender away";
            else whyNot = calm.sinceUs + settleUs <= trace.timeUs[row] ? null : FAILED;
            break;
          case RecordKind.copy: {
            const recipient = trace[at.copy.recipient][row];
            if (whyNot !== null || !presence.isConnected(recipient)) {
              counter.exempt(whyNot ?? "recipient away");
              break;
            }
            const [senderSession, recipientSession] = [
              presence.session[sender]!,
              presence.session[recipient]!,
            ];
            const dueUs = trace.timeUs[row] + limitUs;
            owed.set(trace[at.copy.copy][row], { dueUs, sender, senderSession, recipient, recipientSession });
            break;
          }
          case RecordKind.delivered:
            if (owed.delete(trace[at.delivered.copy][row])) counter.spoke++;
            break;
          case RecordKind.lost:
            seeLoss(trace, row);
        }
        return null;
      },
      dueUs: () => missed[0]?.timeUs ?? owed.values().next().value?.dueUs ?? Number.POSITIVE_INFINITY,
      overdue: () => missed[0]?.breach ?? late(owed.values().next().value!),
      end: () => missed[0]?.breach ?? null,
      scope: () => ({ ...counter.scope(), open: owed.size }),
      digest: (add) => {
        calm.digest(add);
        presence.digest(add);
        for (const [copy, { dueUs, sender, senderSession, recipientSession }] of owed)
          for (const value of [copy, isLossy ? 0 : dueUs, sender, senderSession, recipientSession])
            add(value);
        for (const { owed, timeUs } of missed)
          for (const value of [owed.sender, owed.recipient, timeUs]) add(value);
      },
    };
  },
};
