import { msToUs } from "../../kernel/time.ts";
import { Machine, MODEL } from "../../model/parts.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { at, CLOSE_REASON_NAMES, RecordKind, readerOf } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import type { Breach, Monitor, Rule } from "../rule.ts";
import { FAILED, ScopeCounter } from "../scope.ts";

/** The manager gives an attempt up after this long (Socket.IO's `timeout`, FACTS §1.4), so none may take longer. */
const CONNECT_TIMEOUT_MS = 20_000;

const clientOf = readerOf("client");

const LOST = "a packet had been lost";

const ATTEMPTING = MODEL[Machine.client]!.chart.states.indexOf("online.connecting.engine");

/**
 * A handshake that begins completes (FACTS §1.1, §1.4): no attempt to connect is refused or given up. Not asked for once
 * something has failed, nor once a packet has been lost, which can make an attempt run out of time.
 */
export const handshakeCompletes: Rule = {
  name: "handshake-completes",
  kind: "eventually",
  statement: `Every attempt to connect succeeds within ${CONNECT_TIMEOUT_MS / 1000} s, as long as nothing has failed.`,
  subject: ["attempt to connect", "attempts to connect"],
  whenNone: "nobody tries to connect",
  watch: (setting): Monitor => {
    const { clients, nameOf, scenario } = setting;
    const lost = new LostPackets(setting);
    const counter = new ScopeCounter();
    const calm = new Calm(scenario.faults);
    const isConnected = new Array<boolean>(clients).fill(false);
    /** By client: when its attempt must have succeeded, µs. In order of time. */
    const due = new Map<number, number>();
    /** By client: why its connection, or attempt, ended last; −1 none has. Whether the rule breaks does not depend on it, so no digest does. */
    const ends = new Array<number>(clients).fill(-1);
    const failed = (client: number, key: string, text: string): Breach => ({
      key,
      text: `${nameOf(client)}'s attempt to connect ${text}.`,
      clients: [client],
      message: -1,
    });
    return {
      sees: [
        ...Calm.sees,
        RecordKind.transition,
        RecordKind.connected,
        RecordKind.disconnected,
        RecordKind.ended,
        ...lost.sees,
      ],
      see: (trace, row) => {
        calm.see(trace, row);
        const wasWhole = !lost.any;
        lost.see(trace, row);
        if (lost.any && wasWhole) {
          counter.exempt(LOST, due.size);
          due.clear();
        }
        switch (trace.kind[row]) {
          case RecordKind.frame:
            return null;
          case RecordKind.ended: {
            const whose = trace[at.ended.whose][row];
            if (whose >= 0 && whose < clients) ends[whose] = trace[at.ended.reason][row];
            return null;
          }
          case RecordKind.fault:
            counter.exempt(FAILED, due.size);
            due.clear();
            return null;
          case RecordKind.transition:
            if (trace[at.transition.machine][row] !== Machine.client) return null;
            if (trace[at.transition.after][row] !== ATTEMPTING) return null;
            if (calm.isOver || lost.any) counter.exempt(calm.isOver ? FAILED : LOST);
            else due.set(trace[at.transition.entity][row], trace.timeUs[row] + msToUs(CONNECT_TIMEOUT_MS));
            return null;
        }
        const client = clientOf(trace, row);
        const wasConnected = isConnected[client];
        isConnected[client] = trace.kind[row] === RecordKind.connected;
        const wasDue = due.delete(client);
        if (trace.kind[row] === RecordKind.connected || wasConnected || !wasDue) {
          if (wasDue) counter.spoke++;
          return null;
        }
        // What ended it says more than what the client was told.
        const end = END_REASONS[ends[client]];
        const told = CLOSE_REASON_NAMES[trace[at.disconnected.reason][row]];
        return failed(client, end?.name ?? told.replaceAll(" ", "-"), `fails: ${end?.label ?? told}`);
      },
      dueUs: () => due.values().next().value ?? Number.POSITIVE_INFINITY,
      overdue: () => failed(due.keys().next().value!, "hangs", `neither succeeds nor fails`),
      scope: () => ({ ...counter.scope(), open: due.size }),
      digest: (add) => {
        calm.digest(add);
        lost.digest(add);
        for (const is of isConnected) add(is ? 1 : 0);
        for (const [client, dueUs] of due) {
          add(client);
          add(dueUs);
        }
      },
    };
  },
};
