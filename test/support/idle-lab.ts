/** The laboratory of experiments 07 and 07b. */
import type { ScenarioInput } from "../../src/scenario/schema.ts";

/** Loopback: no delay that anybody added. */
export const instant = { client: { latencyMs: 0 }, server: { latencyMs: 0 }, backplane: { latencyMs: 0 } };
type Client = ScenarioInput["clients"][number];
/** As the laboratory: two processes on one server, a driver that makes the server send, and the client that is watched. */
interface Traffic extends Pick<ScenarioInput, "workload" | "servers"> {
  readonly client?: Partial<Client>;
}

/** What crosses the connection of client `c`, as a case says it. */
export function traffic(setup: { traffic: string; intervalMs: number; atMs: number | number[] }): Traffic {
  const { intervalMs } = setup;
  const servers = { count: 1, pingIntervalMs: "none" as const };
  if (/^server (sends a WebSocket ping|pings)/.test(setup.traffic))
    return { servers: { count: 1, pingIntervalMs: intervalMs } };
  if (setup.traffic.startsWith("client sends a WebSocket ping"))
    return { servers, client: { pingIntervalMs: intervalMs } };
  if (setup.traffic.startsWith("server sends a data message"))
    return { servers, workload: [{ from: "driver", to: "c", everyMs: intervalMs }] };
  if (setup.traffic.includes("echoes it"))
    return { servers, workload: [{ from: "c", to: "c", everyMs: intervalMs }] };
  if (setup.traffic.startsWith("client sends a data message"))
    return { servers, workload: [{ from: "c", to: "driver", everyMs: intervalMs }] };
  if (setup.traffic.startsWith("one client message"))
    return { servers, workload: [{ from: "c", to: "driver", atMs: setup.atMs as number }] };
  if (setup.traffic.startsWith("server messages at the two times"))
    return { servers, workload: (setup.atMs as number[]).map((atMs) => ({ from: "driver", to: "c", atMs })) };
  return { servers };
}
