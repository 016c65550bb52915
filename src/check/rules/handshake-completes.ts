import { msToUs } from "../../kernel/time.ts";
import { Machine } from "../../model/codes.ts";
import { MODEL } from "../../model/machines.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../model/records.ts";
import { Calm } from "../calm.ts";
import type { Breach, Monitor, Rule } from "../rule.ts";

/** The manager gives an attempt up after this long (Socket.IO's `timeout`, FACTS §1.4), so none may take longer. */
const CONNECT_TIMEOUT_MS = 20_000;

const ATTEMPTING = MODEL[Machine.client]!.chart.states.indexOf("online.connecting.engine");

/**
 * A handshake that begins completes (FACTS §1.1, §1.4): no attempt to connect is refused or given up. Not asked for once
 * something has failed, nor on lossy links, where an attempt can run out of time.
 */
export const handshakeCompletes: Rule = {
  name: "handshake-completes",
  kind: "eventually",
  statement: `Every attempt to connect succeeds within ${CONNECT_TIMEOUT_MS / 1000} s, as long as nothing has failed.`,
  silentOn: ({ network }) =>
    network.client.loss !== 0 || network.server.loss !== 0
      ? "links lose packets, and an attempt may run out of time"
      : null,
  watch: ({ clients, nameOf, scenario }): Monitor => {
    const calm = new Calm(scenario.faults);
    const isConnected = new Array<boolean>(clients).fill(false);
    /** By client: when its attempt must have succeeded, µs. In order of time. */
    const due = new Map<number, number>();
    const failed = (client: number, key: string, text: string): Breach => ({
      key,
      text: `${nameOf(client)}'s attempt to connect ${text}.`,
      clients: [client],
      message: -1,
    });
    return {
      sees: [...Calm.sees, RecordKind.transition, RecordKind.connected, RecordKind.disconnected],
      see: (trace, row) => {
        calm.see(trace, row);
        const client = trace.a[row]!;
        switch (trace.kind[row]) {
          case RecordKind.fault:
            due.clear();
            return null;
          case RecordKind.transition:
            if (client === Machine.client && trace.d[row] === ATTEMPTING && !calm.isOver)
              due.set(trace.b[row]!, trace.timeUs[row]! + msToUs(CONNECT_TIMEOUT_MS));
            return null;
        }
        const wasConnected = isConnected[client]!;
        isConnected[client] = trace.kind[row] === RecordKind.connected;
        due.delete(client);
        if (trace.kind[row] === RecordKind.connected || wasConnected || calm.isOver) return null;
        const reason = CLOSE_REASON_NAMES[trace.b[row]!]!;
        return failed(client, reason.replaceAll(" ", "-"), `fails: ${reason}`);
      },
      dueUs: () => due.values().next().value ?? Number.POSITIVE_INFINITY,
      overdue: () => failed(due.keys().next().value!, "hangs", `neither succeeds nor fails`),
      digest: (add) => {
        calm.digest(add);
        for (const is of isConnected) add(is ? 1 : 0);
        for (const [client, dueUs] of due) {
          add(client);
          add(dueUs);
        }
      },
    };
  },
};
