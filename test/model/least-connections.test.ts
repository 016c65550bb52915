/** nginx `least_conn`: the turn decides among those that tie, and only then moves on. FACTS §3. */
import { expect, it } from "vitest";
import { runLab } from "../support/ground-truth.ts";

it("takes no turn where one server has the fewest connections", () => {
  const lab = runLab({
    durationMs: 2000,
    clients: [{ name: "c", count: 4, startGapMs: 200, transport: "websocket" }],
    servers: { count: 3 },
    balancer: { policy: "least-connections" },
  });
  // The third comes to the only one that is empty, so that the turn is still that one's when all are equal again.
  expect([0, 1, 2, 3].map((client) => lab.serverOf(client))).toEqual([0, 1, 2, 2]);
});
