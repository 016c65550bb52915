/** A packet is lost, and others come behind it: who waits, and for how long, on one stream and on a stream for each message. */
import { readLedger } from "../run/ledger.ts";
import { figures, type PublishedResult } from "./result.ts";
import { runOf } from "./scenarios.ts";

const ONE_WAY_MS = 50;
const GAP_MS = 20;
const FIRST_MS = 1000;
const MESSAGES = 10;
/** The fifth message's packet. */
const LOST = 5;

/** How much later than undisturbed each message arrives. ms. */
function latenessOf(messagesBy: "stream-per-message" | "one-stream"): number[] {
  const { trace } = runOf({
    durationMs: 5000,
    clients: [
      { name: "A", transport: "webtransport", messagesBy, startConnected: true },
      { name: "B", transport: "websocket", startConnected: true },
    ],
    servers: { count: 1 },
    network: {
      client: { latencyMs: 0 },
      server: { latencyMs: 0 },
      links: { "A/balancer": { latencyMs: ONE_WAY_MS } },
    },
    workload: [
      {
        from: "A",
        to: "B",
        firstMs: FIRST_MS,
        everyMs: GAP_MS,
        untilMs: FIRST_MS + GAP_MS * (MESSAGES - 1),
      },
    ],
    faults: [{ act: "drop", target: "A/balancer", direction: "up", packet: LOST }],
  });
  return readLedger(trace).copies.map(({ sentUs, settledUs }) => (settledUs! - sentUs) / 1000 - ONE_WAY_MS);
}

/** RFC 9002 takes it for lost 9/8 of a round trip after it was sent, or when the next one's acknowledgement is back: that is later here. */
const LATE_MS = GAP_MS + 2 * ONE_WAY_MS;

export const headOfLine: PublishedResult = {
  name: "head-of-line",
  says: "On one stream all wait for the packet that is lost; with a stream for each message only that message is late",
  source: "FACTS §4: RFC 9002 §6.1, RFC 9000 §13",
  how: "ten messages of one client in this model, over WebTransport, the fifth of which is dropped once",
  figures: () => {
    const rows = (by: "stream-per-message" | "one-stream", published: (behind: number) => number) =>
      latenessOf(by).map((ms, i) => {
        const late = i < LOST - 1 ? 0 : published(i - (LOST - 1));
        return [`${by}, message ${i + 1}: ms late`, late, ms] as const;
      });
    return figures(0, [
      ...rows("stream-per-message", (behind) => (behind === 0 ? LATE_MS : 0)),
      ...rows("one-stream", (behind) => LATE_MS - behind * GAP_MS),
    ]);
  },
};
