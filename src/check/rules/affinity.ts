import { Machine } from "../../model/parts.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { goesElsewhere, isSessionCreated } from "../routing.ts";
import type { Rule } from "../rule.ts";
import { FAILED, ScopeCounter } from "../scope.ts";

/**
 * Only the process that created a session knows it (FACTS §1.3), so all requests that name the session must
 * reach that process. The rule no longer applies once something has failed: a balancer rightly leaves out a
 * server that it could not reach, also for a while after.
 */
export const affinity: Rule = {
  name: "affinity",
  kind: "always",
  statement: "All requests of a session reach the server that holds it, as long as nothing has failed.",
  subject: ["request", "requests"],
  whenNone: "no request names a session",
  watch: (setting) => {
    const { nameOf } = setting;
    const calm = new Calm(setting);
    const counter = new ScopeCounter();
    /** By session: the node that created it. */
    const home = new Map<number, number>();
    return {
      sees: [...Calm.sees, RecordKind.transition, RecordKind.request],
      machines: [Machine.session],
      see: (trace, row) => {
        calm.see(trace, row);
        if (trace.kind[row] === RecordKind.transition) {
          if (isSessionCreated(trace, row))
            home.set(trace[at.transition.entity][row], trace[at.transition.node][row]);
          return null;
        }
        if (trace.kind[row] !== RecordKind.request) return null;
        const server = trace[at.request.server][row];
        const holder = home.get(trace[at.request.session][row]);
        if (holder === undefined) return null;
        if (calm.isOver || server < 0) {
          counter.exempt(calm.isOver ? FAILED : "no server was left to send it to");
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
        calm.digest(add);
        for (const [session, node] of home) {
          add(session);
          add(node);
        }
      },
    };
  },
};
