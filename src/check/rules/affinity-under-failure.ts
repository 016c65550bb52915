import { Machine } from "../../model/parts.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import { isSessionClosed } from "../presence.ts";
import { goesElsewhere, isSessionCreated } from "../routing.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * What `affinity` says only as long as nothing fails: whoever has crashed, and whatever a balancer has learned from it, a session that is
 * still held is found by all requests that name it. Kinds of balancers differ in it: nginx forgives a server after a while, and sends those
 * back to it who have a session elsewhere by then; HAProxy reaches a server that is up and still marked down (FACTS §3; ground-truth 18).
 * Nothing is promised of a session that is over, as of all that a process had when it was killed.
 */
export const affinityUnderFailure: Rule = {
  name: "affinity-under-failure",
  kind: "always",
  statement:
    "All requests of a session reach the server that holds it, for as long as it holds it, whatever has failed.",
  subject: ["request", "requests"],
  whenNone: "no request names a session",
  watch: ({ nameOf }) => {
    const counter = new ScopeCounter();
    /** By session that is not over: the node that holds it. */
    const home = new Map<number, number>();
    return {
      sees: [RecordKind.transition, RecordKind.request],
      machines: [Machine.session],
      see: (trace, row) => {
        if (trace.kind[row] === RecordKind.transition) {
          const session = trace[at.transition.entity][row];
          if (isSessionCreated(trace, row)) home.set(session, trace[at.transition.node][row]);
          if (isSessionClosed(trace, row)) home.delete(session);
          return null;
        }
        const server = trace[at.request.server][row];
        const holder = home.get(trace[at.request.session][row]);
        if (holder === undefined) return null;
        if (server < 0) {
          counter.exempt("no server was left to send it to");
          return null;
        }
        if (server === holder) {
          counter.spoke++;
          return null;
        }
        return goesElsewhere(nameOf, trace, row, holder);
      },
      scope: () => counter.scope(),
      digest: (add) => {
        for (const [session, node] of home) {
          add(session);
          add(node);
        }
      },
    };
  },
};
