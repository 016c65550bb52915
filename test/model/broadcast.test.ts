/** Ground truth 01 and 02: who receives what, without a backplane and with Redis. */
import { describe, expect, it } from "vitest";
import { casesOf, type Lab, runLab } from "../support/ground-truth.ts";

/** The experiment's three phases: everybody to everyone, everybody to others, every ordered pair. */
function experiment(servers: number, clients: number, backplane: "none" | "redis", sequential: boolean): Lab {
  const names = Array.from({ length: clients }, (_, i) => `c-${i + 1}`);
  const pairs = names.flatMap((from) =>
    names.filter((to) => to !== from).map((to) => ({ from, to, atMs: 3000 })),
  );
  return runLab({
    durationMs: 4000,
    clients: [{ name: "c", count: clients, transport: "websocket", startGapMs: sequential ? 20 : 0 }],
    servers: { count: servers },
    backplane: { kind: backplane },
    workload: [
      ...names.map((from) => ({ from, to: "everyone", atMs: 1000 })),
      ...names.map((from) => ({ from, to: "others", atMs: 2000 })),
      ...pairs,
    ],
  });
}

describe.each([
  ["01", "none"],
  ["02", "redis"],
] as const)("experiment %s, backplane %s", (number, backplane) => {
  it.each(casesOf(number).filter((entry) => entry.observed.clientToServer))("$id", ({ setup, observed }) => {
    const n = setup.clients;
    const lab = experiment(setup.servers, n, backplane, setup.connectOrder === "sequential");
    const clients = Array.from({ length: n }, (_, i) => i);
    expect(clients.map((client) => lab.serverOf(client))).toEqual(observed.clientToServer);
    expect(clients.map((sender) => lab.receivers(sender))).toEqual(observed.receiversInclSender);
    expect(clients.map((sender) => lab.receivers(n + sender))).toEqual(observed.receiversExclSender);
    let message = 2 * n;
    const directed = clients.map((from) =>
      clients.map((to) => (to === from ? "-" : String(lab.receivers(message++).length))).join(""),
    );
    expect(directed).toEqual(observed.directedDelivered);
    expect(lab.ledger.tally.duplicated).toBe(observed.duplicates);
    if (backplane === "none") expect(Object.keys(lab.ledger.causes)).toEqual(["no-backplane"]);
    else expect(lab.ledger.tally.lost).toBe(0);
  });

  it.each(casesOf(number).filter((entry) => entry.observed.runs))("$id", ({ setup, observed }) => {
    const n = setup.clients;
    for (const [order, first, perServer, inclSender, exclSender, direct] of observed.runs) {
      const lab = experiment(setup.servers, n, backplane, order === "sequential");
      const sizes = [0, 0];
      for (let client = 0; client < n; client++) sizes[lab.serverOf(client)]!++;
      // The laboratory's turn went on from the runs before; ours begins at server 0.
      expect(first === 0 ? sizes : sizes.reverse()).toEqual(perServer);
      const share = (from: number, count: number, of: number) => {
        let delivered = 0;
        for (let message = from; message < from + count; message++)
          delivered += lab.receivers(message).length;
        return Math.round((delivered / of) * 10_000) / 10_000;
      };
      expect(share(0, n, n * n)).toBe(inclSender);
      expect(share(n, n, n * (n - 1))).toBe(exclSender);
      expect(share(2 * n, n * (n - 1), n * (n - 1))).toBe(direct);
    }
  });
});
