import { msToUs } from "../../kernel/time.ts";
import { longestWaitMs } from "../../model/backplane/client-library.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { Audience, at, RecordKind, type Records } from "../../model/trace/records.ts";
import { workTakesTime } from "../../scenario/timers.ts";
import { Calm } from "../calm.ts";
import { Presence } from "../presence.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, type Scope, ScopeCounter, TASK } from "../scope.ts";

/**
 * A copy needs three round trips at most: its sender's POST may have to wait for the one before, its
 * recipient's next GET must come, and an upgrade may be under way, which takes one, and a tenth of a second
 * (FACTS §1.1). The rule allows three times as many.
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
  /** Whether it is the answer to its sender's question. */
  readonly isAnswer: boolean;
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
 * What a backplane promises while nothing fails (FACTS §1.8, ground-truth 02): a client that is connected
 * when a message is sent, and stays connected, gets it. It says nothing about copies whose sender or
 * recipient is away, nor about those sent while something is failed or has not settled. If a connection ends
 * at the same instant as its copies are lost, its end is the reason, whichever stands first in the trace.
 */
export const delivery: Rule = {
  name: "delivery",
  kind: "eventually",
  statement: "Every copy arrives, as long as its sender and recipient stay connected and nothing fails.",
  subject: ["copy", "copies"],
  whenNone: "nothing is sent",
  watch: (setting) => new DeliveryMonitor(setting),
};

/** How long a client that polls may let a message wait. µs. */
function longestWaitUs({ scenario: { clients, servers } }: Setting): number {
  const pauses = clients.map(({ transport, pollPauseMs }) =>
    transport === "long-polling" ? pollPauseMs : -1,
  );
  const longestMs = Math.max(...pauses);
  // A server that only finds it in the store does so at the next poll.
  return longestMs < 0 ? 0 : msToUs(longestMs + servers.pollHoldMs);
}

class DeliveryMonitor implements Monitor {
  readonly sees = [
    ...Calm.sees,
    ...Presence.sees,
    RecordKind.message,
    RecordKind.copy,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  readonly machines = Presence.machines;
  #nameOf: Setting["nameOf"];
  #calm: Calm;
  #presence: Presence;
  #counter = new ScopeCounter();
  /** How long after a repair all is well again. */
  #settleUs: number;
  /** Whether a copy that is late may still come. */
  #isPatient: boolean;
  /**
   * How long a copy may take. On lossy links retransmission can take long, and at a busy server a queue; there, only a copy
   * that is lost will not come any more.
   */
  #limitUs: number;
  /** By copy, in order of time. */
  #owed = new Map<number, Owed>();
  /** Lost at this instant, which is not over yet. */
  #missed: Missed[] = [];
  #sender = -1;
  #isAnswered = false;
  /** Why nothing is promised of the message that is being sent; null if it is. */
  #whyNot: string | null = null;

  constructor(setting: Setting) {
    const { scenario, clients, withoutConnection, nameOf, links } = setting;
    const kinds = Object.values(links);
    const oneWayUs = kinds.reduce((sum, { longestUs }) => sum + longestUs, 0);
    this.#nameOf = nameOf;
    this.#calm = new Calm(setting);
    this.#presence = new Presence(clients, withoutConnection);
    // Publishers and subscribers wait so long between tries, then connect and subscribe.
    this.#settleUs = msToUs(longestWaitMs(scenario.backplane)) + 6 * links.backplane.longestUs;
    this.#isPatient = workTakesTime(scenario) || kinds.some(({ isLossy }) => isLossy);
    this.#limitUs = this.#isPatient
      ? Number.POSITIVE_INFINITY
      : 2 * ROUND_TRIPS * oneWayUs + UPGRADE_US + longestWaitUs(setting);
  }

  see(trace: Records, row: number): null {
    this.#calm.see(trace, row);
    if (this.#presence.see(trace, row)) this.#forgetEnded();
    switch (trace.kind[row]) {
      case RecordKind.fault:
        this.#counter.exempt("something failed meanwhile", this.#owed.size);
        this.#owed.clear();
        break;
      case RecordKind.message:
        this.#seeMessage(trace, row);
        break;
      case RecordKind.copy:
        this.#seeCopy(trace, row);
        break;
      case RecordKind.delivered:
        if (this.#owed.delete(trace[at.delivered.copy][row])) this.#counter.spoke++;
        break;
      case RecordKind.lost:
        this.#seeLoss(trace, row);
    }
    return null;
  }

  #lasts({ sender, senderSession, recipient, recipientSession }: Owed): boolean {
    const { session } = this.#presence;
    return session[sender] === senderSession && session[recipient] === recipientSession;
  }

  /** A client that is gone is promised nothing. */
  #forgetEnded(): void {
    const still = this.#missed.filter((one) => this.#lasts(one.owed));
    this.#counter.exempt(ENDED, this.#missed.length - still.length);
    this.#missed = still;
    for (const [copy, one] of this.#owed) {
      if (this.#lasts(one)) continue;
      this.#owed.delete(copy);
      this.#counter.exempt(ENDED);
    }
  }

  #seeMessage(trace: Records, row: number): void {
    this.#sender = trace[at.message.sender][row];
    this.#isAnswered = trace[at.message.audience][row] === Audience.server;
    if (trace[at.message.audience][row] === Audience.task) this.#whyNot = TASK;
    else if (!this.#presence.isConnected(this.#sender)) this.#whyNot = "sender away";
    else this.#whyNot = this.#calm.sinceUs + this.#settleUs <= trace.timeUs[row] ? null : FAILED;
  }

  #seeCopy(trace: Records, row: number): void {
    const recipient = trace[at.copy.recipient][row];
    if (this.#whyNot !== null || !this.#presence.isConnected(recipient)) {
      this.#counter.exempt(this.#whyNot ?? "recipient away");
      return;
    }
    this.#owed.set(trace[at.copy.copy][row], {
      dueUs: trace.timeUs[row] + this.#limitUs,
      sender: this.#sender,
      senderSession: this.#presence.session[this.#sender],
      recipient,
      isAnswer: this.#isAnswered,
      recipientSession: this.#presence.session[recipient],
    });
  }

  #seeLoss(trace: Records, row: number): void {
    const copy = trace[at.lost.copy][row];
    const due = this.#owed.get(copy);
    this.#owed.delete(copy);
    if (due === undefined || !this.#lasts(due)) return;
    const cause = CAUSES[trace[at.lost.cause][row]];
    const breach: Breach = {
      key: cause.name,
      text: `${this.#copyText(due)} dies at ${this.#nameOf(trace[at.lost.place][row])}: ${cause.label}.`,
      clients: [due.sender, due.recipient],
      message: trace[at.lost.message][row],
    };
    this.#missed.push({ owed: due, timeUs: trace.timeUs[row], breach });
  }

  #copyText({ sender, recipient, isAnswer }: Owed): string {
    if (isAnswer) return `the answer to ${this.#nameOf(sender)}`;
    return `${this.#nameOf(sender)}'s message for ${this.#nameOf(recipient)}`;
  }

  /** The copy that must be there first. */
  get #next(): Owed | undefined {
    return this.#owed.values().next().value;
  }

  dueUs(): number {
    return this.#missed[0]?.timeUs ?? this.#next?.dueUs ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    if (this.#missed.length > 0) return this.#missed[0].breach;
    const late = this.#next!;
    return {
      key: "late",
      text: `${this.#copyText(late)} has not arrived after ${this.#limitUs / 1000} ms, and nothing is wrong with either.`,
      clients: [late.sender, late.recipient],
      message: -1,
    };
  }

  end(): Breach | null {
    return this.#missed[0]?.breach ?? null;
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#owed.size };
  }

  digest(add: (value: number) => void): void {
    this.#calm.digest(add);
    this.#presence.digest(add);
    for (const [copy, { dueUs, sender, senderSession, recipientSession }] of this.#owed)
      for (const value of [copy, this.#isPatient ? 0 : dueUs, sender, senderSession, recipientSession])
        add(value);
    for (const { owed, timeUs } of this.#missed)
      for (const value of [owed.sender, owed.recipient, timeUs]) add(value);
  }
}
