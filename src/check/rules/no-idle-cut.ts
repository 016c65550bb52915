import { RecordKind } from "../../model/records.ts";
import { Calm } from "../calm.ts";
import { Presence } from "../presence.ts";
import type { Rule } from "../rule.ts";

/**
 * Heartbeats keep a connection alive only if they are more frequent than every idle timeout on its path (FACTS §1.2, §3; ground-truth
 * 07). Not asked for once something has failed: then silence has its reasons.
 */
export const noIdleCut: Rule = {
  name: "no-idle-cut",
  kind: "always",
  statement: "No connection is closed for being idle while both its ends are alive and nothing has failed.",
  silentOn: ({ network }) =>
    network.client.loss !== 0 || network.server.loss !== 0
      ? "links lose packets, and a heartbeat may come too late"
      : null,
  watch: ({ clients, nameOf, scenario }) => {
    const calm = new Calm(scenario.faults);
    const presence = new Presence(clients);
    return {
      sees: [...Calm.sees, ...Presence.sees],
      see: (trace, row) => {
        calm.see(trace, row);
        const client = trace.b[row]!;
        const wasConnected = trace.kind[row] === RecordKind.idleClosed && presence.isConnected(client);
        presence.see(trace, row);
        if (!wasConnected || calm.isOver) return null;
        return {
          key: "idle-closed",
          text: `The balancer closes ${nameOf(client)}'s connection to ${nameOf(trace.d[row]!)}, which both ends believe to be open.`,
          clients: [client],
          message: -1,
        };
      },
      digest: (add) => {
        calm.digest(add);
        presence.digest(add);
      },
    };
  },
};
