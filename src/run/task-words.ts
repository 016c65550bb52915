/** What becomes of a message that a server acts on, acknowledges, or writes into a database, and who waits for a server, in sentences: for the caption and for stories. */

import { at, Outcome, RecordKind, type Records } from "../model/trace/records.ts";
import { messageNumber } from "./message-number.ts";

export interface TaskWords {
  readonly message: number;
  readonly client: number;
  readonly text: string;
  /** Whether that is bad news. */
  readonly isBad: boolean;
}

/** What a record says of such a message; null if it says nothing that is worth a sentence. */
export function taskWords(trace: Records, row: number, nameOf: (node: number) => string): TaskWords | null {
  switch (trace.kind[row]) {
    case RecordKind.tried: {
      const [message, client] = [trace[at.tried.message][row], trace[at.tried.client][row]];
      const tries = trace[at.tried.tries][row];
      if (tries === 1) return null;
      const text = `${nameOf(client)} sends message ${messageNumber(message)} again: try ${tries}.`;
      return { message, client, text, isBad: false };
    }
    case RecordKind.done: {
      const message = trace[at.done.message][row];
      // What it was to the books comes right behind it.
      const isAgain = trace.kind[row + 1] === RecordKind.duplicated;
      const what = `what message ${messageNumber(message)} asks for`;
      const text = `${nameOf(trace[at.done.server][row])} does ${what}${isAgain ? " once more" : ""}.`;
      return { message, client: trace[at.done.client][row], text, isBad: isAgain };
    }
    case RecordKind.handedOn: {
      const message = trace[at.handedOn.message][row];
      const isAgain = trace[at.handedOn.times][row] > 1;
      const text = `${nameOf(trace[at.handedOn.server][row])} hands message ${messageNumber(message)} on${isAgain ? " once more" : ""}.`;
      return { message, client: -1, text, isBad: isAgain };
    }
    case RecordKind.recognised: {
      const message = trace[at.recognised.message][row];
      const server = nameOf(trace[at.recognised.server][row]);
      const text = `${server} has seen message ${messageNumber(message)} before, and does nothing.`;
      return { message, client: -1, text, isBad: false };
    }
    case RecordKind.settled: {
      const [message, client] = [trace[at.settled.message][row], trace[at.settled.client][row]];
      const outcome = trace[at.settled.outcome][row] as Outcome;
      const text = TOLD[outcome](nameOf(client), message);
      return { message, client, text, isBad: outcome !== Outcome.acknowledged };
    }
    default:
      return rowWords(trace, row, nameOf);
  }
}

/** The same of what is written into a database, of what pages that remember do with what they are told, and of who waits for a server. */
function rowWords(trace: Records, row: number, nameOf: (node: number) => string): TaskWords | null {
  switch (trace.kind[row]) {
    case RecordKind.written: {
      const message = trace[at.written.message][row];
      const event = trace[at.written.withEvent][row] === 1 ? ", and its event into the outbox with it" : "";
      const text = `${nameOf(trace[at.written.server][row])} writes message ${messageNumber(message)} into the database${event}.`;
      return { message, client: -1, text, isBad: false };
    }
    case RecordKind.neverWritten: {
      const message = trace[at.neverWritten.message][row];
      const server = nameOf(trace[at.neverWritten.server][row]);
      const text = `${server} dies before it has written message ${messageNumber(message)}, which never will be.`;
      return { message, client: -1, text, isBad: true };
    }
    case RecordKind.taken: {
      const message = trace[at.taken.message][row];
      const from = trace[at.taken.times][row] > 1 ? " over, which another had" : "";
      const text = `${nameOf(trace[at.taken.server][row])} takes message ${messageNumber(message)}${from}.`;
      return { message, client: -1, text, isBad: false };
    }
    case RecordKind.published: {
      const message = trace[at.published.message][row];
      const again = trace[at.published.times][row] > 1 ? ", once more" : "";
      const text = `${nameOf(trace[at.published.server][row])} publishes message ${messageNumber(message)}${again}.`;
      return { message, client: -1, text, isBad: again !== "" };
    }
    case RecordKind.shownBefore: {
      const [message, client] = [trace[at.shownBefore.message][row], trace[at.shownBefore.recipient][row]];
      const text = `${nameOf(client)} has shown message ${messageNumber(message)} before, and does not show it again.`;
      return { message, client, text, isBad: false };
    }
    case RecordKind.work: {
      const [server, client] = [nameOf(trace[at.work.server][row]), trace[at.work.client][row]];
      const [waiting, waitedUs] = [trace[at.work.waiting][row], trace[at.work.waitedUs][row]];
      if (waitedUs === 0) return null;
      const text =
        waitedUs < 0
          ? `${nameOf(client)} has to wait at ${server}: ${waiting === 1 ? "1 waits" : `${waiting} wait`} there.`
          : `${server} begins with what ${nameOf(client)} has sent, after ${waitedUs / 1000} ms in its queue.`;
      return { message: -1, client, text, isBad: false };
    }
    default:
      return null;
  }
}

const TOLD: Readonly<Record<Outcome, (client: string, message: number) => string>> = {
  [Outcome.acknowledged]: (client, message) =>
    `${client} gets the acknowledgement of message ${messageNumber(message)}.`,
  [Outcome.timedOut]: (client, message) =>
    `${client} takes message ${messageNumber(message)} for failed: no acknowledgement came in time.`,
  [Outcome.disconnected]: (client, message) =>
    `${client} takes message ${messageNumber(message)} for failed: its connection has ended.`,
  [Outcome.unheard]: (client, message) =>
    `${client} will never be told what became of message ${messageNumber(message)}: its connection has ended.`,
};
