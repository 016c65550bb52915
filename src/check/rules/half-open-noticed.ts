import { msToUs } from "../../kernel/time.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import { BALANCER } from "../../scenario/names.ts";
import { longestFlightUs } from "../flight.ts";
import { LostPackets } from "../lost-packets.ts";
import { isSessionClosed, Presence } from "../presence.ts";
import type { Monitor, Rule } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * A peer that vanished silently looks connected until a heartbeat fails: at the latest one interval and one timeout after the last
 * packet (FACTS §1.2, ground-truth 10-half-open). What was under way when the link was cut still arrives, so a flight is added.
 */
export const halfOpenNoticed: Rule = {
  name: "half-open-noticed",
  kind: "eventually",
  statement: "When a link is cut, client and server notice within ping interval + ping timeout.",
  subject: ["end of a cut connection", "ends of cut connections"],
  whenNone: "no link of a connection is cut",
  watch: (setting): Monitor => {
    const { clients, nameOf, scenario } = setting;
    const lost = new LostPackets(setting);
    const counter = new ScopeCounter();
    const { servers, network, faults } = scenario;
    const presence = new Presence(clients);
    const flightUs = longestFlightUs(network.client) + longestFlightUs(network.server);
    const limitUs = msToUs(servers.pingIntervalMs) + msToUs(servers.pingTimeoutMs) + flightUs;
    /** By client: the server that it is connected to, as its node. */
    const serverOf = new Array<number>(clients).fill(-1);
    /** What has not been noticed yet: by client, or clients + session, when it is due. In order of time. */
    const due = new Map<number, readonly [atUs: number, client: number]>();
    const cuts = (target: string, client: number): boolean =>
      target === `${nameOf(client)}/${BALANCER}` || target === `${BALANCER}/${nameOf(serverOf[client]!)}`;
    return {
      sees: [...Presence.sees, RecordKind.fault, ...lost.sees],
      see: (trace, row) => {
        lost.see(trace, row);
        switch (trace.kind[row]) {
          case RecordKind.connected:
            serverOf[trace[at.connected.client][row]] = trace[at.connected.server][row];
            break;
          case RecordKind.disconnected:
            if (due.delete(trace[at.disconnected.client][row])) counter.spoke++;
            break;
          case RecordKind.transition:
            if (isSessionClosed(trace, row) && due.delete(clients + trace[at.transition.entity][row]))
              counter.spoke++;
            break;
          case RecordKind.fault: {
            const { act, target } = faults[trace[at.fault.fault][row]];
            // Anything else that fails or is repaired meanwhile makes it another story.
            if (act !== "cut") {
              counter.exempt("something else failed or was repaired meanwhile", due.size);
              due.clear();
            }
            for (let c = 0; c < clients && act === "cut"; c++) {
              if (!presence.isConnected(c) || !cuts(target, c) || due.has(c)) continue;
              if (lost.any) {
                // What was lost before the cut can come long after it, sent again by TCP.
                counter.exempt("a packet had been lost before the cut", 2);
                continue;
              }
              const entry = [trace.timeUs[row] + limitUs, c] as const;
              due.set(c, entry);
              due.set(clients + presence.session[c], entry);
            }
          }
        }
        presence.see(trace, row);
        return null;
      },
      dueUs: () => due.values().next().value?.[0] ?? Number.POSITIVE_INFINITY,
      overdue: () => {
        const [key, [, client]] = due.entries().next().value!;
        const who = key < clients ? nameOf(client) : nameOf(serverOf[client]!);
        const whom = key < clients ? nameOf(serverOf[client]!) : nameOf(client);
        return {
          key: key < clients ? "client" : "server",
          text: `${who} still believes that it is connected to ${whom}.`,
          clients: [client],
          message: -1,
        };
      },
      scope: () => ({ ...counter.scope(), open: due.size }),
      digest: (add) => {
        lost.digest(add);
        presence.digest(add);
        for (const server of serverOf) add(server);
        for (const [key, [atUs]] of due) {
          add(key);
          add(atUs);
        }
      },
    };
  },
};
