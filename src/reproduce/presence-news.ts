/** To tell everybody who comes and goes costs as many messages as members, each time. */
import { at, RecordKind } from "../model/trace/records.ts";
import { figures, type PublishedResult } from "./result.ts";
import { runOf } from "./scenarios.ts";

const MEMBERS = 200;
/** How long a guest has the page open, and how often one opens it. */
const OPEN_MS = 160;
const EVERY_MS = 200;
const FIRST_MS = 500;

/** Messages of presence while a guest comes and goes as often as there are members: those that go in, and those that go out to each. */
function messagesOfPresence(): number {
  const { trace } = runOf({
    durationMs: 2 * FIRST_MS + MEMBERS * EVERY_MS,
    clients: [
      { name: "member", count: MEMBERS, transport: "websocket", startConnected: true },
      { name: "guest", transport: "websocket", startMs: FIRST_MS },
    ],
    servers: { count: 1 },
    presence: { kind: "connection-key", tellsEverybody: true },
    faults: Array.from({ length: MEMBERS }, (_, visit) => {
      const closesMs = FIRST_MS + OPEN_MS + visit * EVERY_MS;
      const opensMs = FIRST_MS + (visit + 1) * EVERY_MS;
      const closes = { atMs: closesMs, act: "crash" as const, target: "guest" };
      const opens = { atMs: opensMs, act: "restart" as const, target: "guest" };
      return visit + 1 < MEMBERS ? [closes, opens] : [closes];
    }).flat(),
  });
  const news = new Set<number>();
  let out = 0;
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.news) news.add(trace[at.news.message][row]!);
    else if (trace.kind[row] === RecordKind.delivered && news.has(trace[at.delivered.message][row]!))
      if (trace[at.delivered.recipient][row]! < MEMBERS) out++;
  return news.size + out;
}

export const presenceNews: PublishedResult = {
  name: "presence-news",
  says: "200 members that join and leave, and are told of each other, cost 80,400 messages",
  source: "FACTS §6: ably.com, limits of presence",
  how: "a guest of this model who comes and goes 200 times before 200 members: each time once in, and 200 times out",
  figures: () => figures(0, [["messages", 80_400, messagesOfPresence()]]),
};
