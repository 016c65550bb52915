import { msToUs } from "../../kernel/time.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../model/records.ts";
import { Calm } from "../calm.ts";
import type { Rule } from "../rule.ts";

/** The manager gives an attempt up after this long (Socket.IO's `timeout`, FACTS §1.4), so none can hang unnoticed for longer. */
const CONNECT_TIMEOUT_MS = 20_000;

/**
 * A handshake that begins completes (FACTS §1.1, §1.4): no attempt to connect is refused or given up. Not asked for while something is
 * failed, nor of attempts that began before it had settled; nor on lossy links, where an attempt can run out of time.
 */
export const handshakeCompletes: Rule = {
  name: "handshake-completes",
  kind: "eventually",
  statement: `Every attempt to connect succeeds within ${CONNECT_TIMEOUT_MS / 1000} s, as long as nothing fails.`,
  silentOn: ({ network }) =>
    network.client.loss !== 0 || network.server.loss !== 0
      ? "links lose packets, and an attempt may run out of time"
      : null,
  watch: ({ clients, nameOf, scenario }) => {
    const calm = new Calm(scenario.faults);
    const settleUs = Math.max(msToUs(scenario.balancer.failTimeoutMs), msToUs(CONNECT_TIMEOUT_MS));
    const isConnected = new Array<boolean>(clients).fill(false);
    return {
      sees: [...Calm.sees, RecordKind.connected, RecordKind.disconnected],
      see: (trace, row) => {
        calm.see(trace, row);
        const client = trace.a[row]!;
        if (trace.kind[row] === RecordKind.connected) isConnected[client] = true;
        if (trace.kind[row] !== RecordKind.disconnected) return null;
        const wasConnected = isConnected[client]!;
        isConnected[client] = false;
        if (wasConnected || calm.sinceUs + settleUs > trace.timeUs[row]!) return null;
        return {
          key: CLOSE_REASON_NAMES[trace.b[row]!]!.replaceAll(" ", "-"),
          text: `${nameOf(client)}'s attempt to connect fails: ${CLOSE_REASON_NAMES[trace.b[row]!]}.`,
          clients: [client],
          message: -1,
        };
      },
      digest: (add) => {
        calm.digest(add);
        for (const is of isConnected) add(is ? 1 : 0);
      },
    };
  },
};
