import { msToUs } from "../../kernel/time.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import { Presence } from "../presence.ts";
import type { Rule } from "../rule.ts";
import { FAILED, ScopeCounter } from "../scope.ts";

/**
 * Heartbeats keep a connection alive only if they are more frequent than every idle timeout on its path (FACTS §1.2, §3; ground-truth
 * 07). Not asked for once something has failed or a packet has been lost: then silence has its reasons. Of a connection that did not
 * last as long as the idle timeout it says nothing.
 */
export const noIdleCut: Rule = {
  name: "no-idle-cut",
  kind: "always",
  statement: "No connection is closed for being idle while both its ends are alive and nothing has failed.",
  subject: ["connection", "connections"],
  whenNone: "nobody is ever connected",
  watch: (setting) => {
    const { clients, nameOf, scenario } = setting;
    const calm = new Calm(scenario.faults);
    const lost = new LostPackets(setting);
    const presence = new Presence(clients);
    const counter = new ScopeCounter();
    const idleUs = msToUs(scenario.balancer.idleTimeoutMs);
    /** By client: since when it has the connection that is being watched, µs. */
    const since = new Map<number, number>();
    /** Connections that are not watched to their end: judged if they lasted long enough to be cut. */
    const leave = (client: number, nowUs: number, why: string): void => {
      const sinceUs = since.get(client);
      if (sinceUs === undefined) return;
      since.delete(client);
      if (nowUs - sinceUs >= idleUs) counter.spoke++;
      else counter.exempt(why);
    };
    const leaveAll = (nowUs: number, why: string): void => {
      for (const client of [...since.keys()]) leave(client, nowUs, why);
    };
    const follow = (trace: Records, row: number): void => {
      if (trace.kind[row] === RecordKind.connected) {
        if (calm.isOver || lost.any) counter.exempt(calm.isOver ? FAILED : "a packet had been lost");
        else since.set(trace[at.connected.client][row], trace.timeUs[row]);
      } else if (trace.kind[row] === RecordKind.disconnected)
        leave(
          trace[at.disconnected.client][row],
          trace.timeUs[row],
          "it ended before the idle timeout could strike",
        );
    };
    return {
      sees: [...Calm.sees, ...Presence.sees, ...lost.sees],
      see: (trace, row) => {
        calm.see(trace, row);
        const wasWhole = !lost.any;
        lost.see(trace, row);
        if (trace.kind[row] === RecordKind.fault) leaveAll(trace.timeUs[row], FAILED);
        if (lost.any && wasWhole) leaveAll(trace.timeUs[row], "a packet had been lost");
        const client = trace[at.idleClosed.client][row];
        const isCut =
          trace.kind[row] === RecordKind.idleClosed && presence.isConnected(client) && since.has(client);
        presence.see(trace, row);
        follow(trace, row);
        if (!isCut) return null;
        return {
          key: "idle-closed",
          text: `The balancer closes ${nameOf(client)}'s connection to ${nameOf(trace[at.idleClosed.server][row])}, which both ends believe to be open.`,
          clients: [client],
          message: -1,
        };
      },
      end: (endUs) => {
        counter.open = [...since.values()].filter((sinceUs) => endUs - sinceUs < idleUs).length;
        counter.spoke += since.size - counter.open;
        return null;
      },
      scope: () => counter.scope(),
      digest: (add) => {
        calm.digest(add);
        lost.digest(add);
        presence.digest(add);
      },
    };
  },
};
