/**
 * What the lessons say of themselves is so, in all runs within the bounds; and how many these are. A number that
 * changes without the model having changed means that states count as one that are not the same, or the other way
 * round: if you meant it, say in the commit why, and run `npx vitest run test/check/explored.test.ts -u`, and so with
 * DEPTH=10.
 */
import { describe, expect, it } from "vitest";
import { DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { type Exploration, explore, UNEXPLORED } from "../../src/check/exhaustive.ts";
import { DEPTH } from "../support/depth.ts";
import { LESSON_VARIANTS, type LessonVariant } from "../support/lessons.ts";

/**
 * A search ends after so many states × nodes, to which its time is proportional: in a twentieth of a second or two, so
 * that sixty lessons of four variants stay below twenty seconds. The deep run explores all runs of most of today's lessons. Counted
 * and not timed, so that it ends at the same place on any machine.
 */
const MAX_WORK = DEPTH === 1 ? 4000 : Math.ceil(12_000 * DEPTH);

interface Explored {
  readonly last: Exploration;
  /** Whether no run is left within the bounds. */
  readonly isAll: boolean;
  /** Rules that broke; of those that ask for something to be seen, where nothing is left to be explored, those that were not. */
  readonly broken: readonly string[];
}

/** Without a breach, all runs; else those with at most one departure, where nothing else may break. */
function exploreAll({ scenario, breaks }: LessonVariant): Explored {
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  const maxStates = Math.ceil(MAX_WORK / (clients + scenario.servers.count + 1));
  const claims = claimsOf(scenario);
  const found = new Set<string>();
  const depth = breaks.length === 0 ? null : 1;
  let last: Exploration = UNEXPLORED;
  for (const progress of explore(
    stripped(scenario),
    claims,
    { bounds: DEFAULT_BOUNDS, depth, maxEvents: maxStates },
    ({ violation }) => found.add(violation.rule),
  )) {
    last = { ...progress };
    if (last.states >= maxStates) break;
  }
  const isAll = last.waiting === 0 && last.cut === 0;
  const isBroken = ({ name, kind }: (typeof claims)[number]) =>
    kind === "sometimes" ? isAll && !found.has(name) : found.has(name);
  return { last, isAll, broken: claims.filter(isBroken).map(({ name }) => name) };
}

const known = new Map<LessonVariant, Explored>();

function explored(one: LessonVariant): Explored {
  const result = known.get(one) ?? exploreAll(one);
  known.set(one, result);
  return result;
}

describe.each(LESSON_VARIANTS)("$name, $variant", (one) => {
  it(one.breaks.length === 0 ? "holds in all runs that are explored" : "breaks nothing else", () => {
    const { isAll, broken } = explored(one);
    if (isAll) expect(broken).toEqual(one.breaks);
    else expect(one.breaks).toEqual(expect.arrayContaining([...broken]));
  });
});

function numbers(): Record<string, string> {
  const entries = LESSON_VARIANTS.map((one): [string, string] => {
    const { last, isAll } = explored(one);
    const words = `${last.states} states in ${last.runs} runs, ${isAll ? "all" : "of more"}`;
    return [`${one.name} ${one.variant}`, words];
  });
  return Object.fromEntries(entries);
}

describe("explores as many states, in as many runs, as ever", () => {
  it.runIf(DEPTH === 1)("in the usual tests", () => {
    expect(numbers()).toMatchInlineSnapshot(`
      {
        "a-vendor-loses-too away": "711 states in 12 runs, of more",
        "a-vendor-loses-too burst": "865 states in 12 runs, of more",
        "a-vendor-loses-too kept": "796 states in 12 runs, of more",
        "a-vendor-loses-too large": "789 states in 4 runs, of more",
        "a-vendor-loses-too paid": "892 states in 12 runs, of more",
        "a-vendor-loses-too plan": "838 states in 12 runs, of more",
        "a-vendor-loses-too together": "727 states in 12 runs, of more",
        "a-vendor-loses-too too-long": "765 states in 12 runs, of more",
        "behind-one-address by-address": "251 states in 1 runs, of more",
        "behind-one-address by-cookie": "251 states in 1 runs, of more",
        "behind-one-address edge": "251 states in 1 runs, of more",
        "behind-one-address least": "254 states in 32 runs, of more",
        "bloom-presence keys": "251 states in 1 runs, of more",
        "bloom-presence large": "322 states in 2 runs, of more",
        "bloom-presence small": "328 states in 2 runs, of more",
        "broadcast-across-servers no-backplane": "98 states in 27 runs, all",
        "broadcast-across-servers one-server": "827 states in 528 runs, all",
        "broadcast-across-servers redis": "802 states in 470 runs, of more",
        "build-or-buy as-cheap": "556 states in 7 runs, of more",
        "build-or-buy bought": "467 states in 7 runs, of more",
        "build-or-buy with-spare": "467 states in 7 runs, of more",
        "channel-by-channel down": "729 states in 8 runs, of more",
        "channel-by-channel kept": "738 states in 8 runs, of more",
        "channel-by-channel lost": "724 states in 8 runs, of more",
        "channel-by-channel over": "766 states in 8 runs, of more",
        "channel-by-channel push": "766 states in 8 runs, of more",
        "channel-by-channel push-sms": "733 states in 7 runs, of more",
        "channel-by-channel sms": "766 states in 8 runs, of more",
        "channel-by-channel sms-call": "766 states in 8 runs, of more",
        "channel-by-channel too-long": "724 states in 8 runs, of more",
        "closed-by-whom renewed": "1401 states in 2 runs, of more",
        "closed-by-whom server-says-nothing": "1449 states in 2 runs, of more",
        "closed-by-whom server-says-so": "1449 states in 2 runs, of more",
        "closed-by-whom too-old": "1451 states in 2 runs, of more",
        "come-and-go beside-pages": "309 states in 1 runs, of more",
        "come-and-go busy": "1451 states in 34 runs, of more",
        "come-and-go calm": "1360 states in 113 runs, of more",
        "come-and-go three-servers": "867 states in 10 runs, of more",
        "cookie-and-its-absence websocket": "574 states in 95 runs, of more",
        "cookie-and-its-absence with": "584 states in 42 runs, of more",
        "cookie-and-its-absence without": "780 states in 35 runs, of more",
        "dedupe-window after": "1430 states in 17 runs, of more",
        "dedupe-window before": "1385 states in 21 runs, of more",
        "dedupe-window memory": "1390 states in 27 runs, of more",
        "dedupe-window together": "1361 states in 35 runs, of more",
        "dedupe-window window": "1442 states in 11 runs, of more",
        "fallback killed": "1094 states in 2 runs, of more",
        "fallback killed-polling": "1061 states in 56 runs, of more",
        "fallback open": "1107 states in 121 runs, of more",
        "fallback refused": "896 states in 116 runs, all",
        "fallback try-all": "1100 states in 56 runs, of more",
        "fallback two-servers": "693 states in 1 runs, all",
        "fallback-to-sms everything": "668 states in 3 runs, of more",
        "fallback-to-sms gated": "863 states in 5 runs, of more",
        "fallback-to-sms page-only": "811 states in 5 runs, of more",
        "fallback-to-sms receipts-again": "671 states in 4 runs, of more",
        "fire-and-forget forget": "1358 states in 81 runs, of more",
        "fire-and-forget handler-fails": "1646 states in 12 runs, of more",
        "fire-and-forget receipt": "1357 states in 85 runs, of more",
        "fire-and-forget volatile": "1461 states in 109 runs, of more",
        "five-nines outage": "1086 states in 48 runs, of more",
        "five-nines quick-ping": "1228 states in 12 runs, of more",
        "five-nines usual-ping": "1005 states in 63 runs, of more",
        "forgotten-by-the-middle frequent-pings": "1001 states in 99 runs, of more",
        "forgotten-by-the-middle listener": "18 states in 8 runs, all",
        "forgotten-by-the-middle rare-pings": "389 states in 50 runs, all",
        "forgotten-by-the-middle silent-box": "94 states in 35 runs, all",
        "frozen-and-asleep lid": "1002 states in 93 runs, of more",
        "frozen-and-asleep long-stall": "1024 states in 64 runs, of more",
        "frozen-and-asleep patience": "1007 states in 68 runs, of more",
        "frozen-and-asleep short-stall": "1002 states in 62 runs, of more",
        "ghosts connection-key": "555 states in 8 runs, of more",
        "ghosts set-connection": "531 states in 15 runs, of more",
        "ghosts set-user": "533 states in 15 runs, of more",
        "ghosts user-key": "527 states in 8 runs, of more",
        "half-open behind-the-box": "940 states in 50 runs, of more",
        "half-open no-beat": "584 states in 93 runs, all",
        "half-open quarter-hour": "140 states in 36 runs, all",
        "half-open quick-beat": "1102 states in 14 runs, of more",
        "half-open usual-beat": "855 states in 119 runs, all",
        "head-of-line all-by-quic": "881 states in 8 runs, of more",
        "head-of-line clean": "847 states in 13 runs, of more",
        "head-of-line first-lost": "854 states in 33 runs, of more",
        "head-of-line third-lost": "857 states in 8 runs, of more",
        "joined-is-not-sticky joined": "834 states in 8 runs, of more",
        "joined-is-not-sticky sticky": "935 states in 43 runs, of more",
        "keepalive-is-not-a-heartbeat by-packets": "28 states in 4 runs, all",
        "keepalive-is-not-a-heartbeat heartbeat": "1345 states in 258 runs, of more",
        "keepalive-is-not-a-heartbeat keepalive": "382 states in 42 runs, all",
        "long-polling-gaps cursor": "1347 states in 663 runs, of more",
        "long-polling-gaps impatient": "154 states in 22 runs, all",
        "long-polling-gaps no-cursor": "158 states in 47 runs, all",
        "long-polling-gaps one-kept": "208 states in 67 runs, all",
        "newcomer-stays-empty added": "268 states in 1 runs, of more",
        "newcomer-stays-empty renewed": "268 states in 1 runs, of more",
        "one-conversation conversation": "1000 states in 61 runs, of more",
        "one-conversation socket": "1003 states in 67 runs, of more",
        "order-or-speed many": "1015 states in 61 runs, all",
        "order-or-speed one": "1385 states in 121 runs, of more",
        "packet-loss-is-delay clean": "964 states in 556 runs, all",
        "packet-loss-is-delay cut": "276 states in 36 runs, all",
        "packet-loss-is-delay five-lost": "474 states in 41 runs, all",
        "packet-loss-is-delay near": "1002 states in 352 runs, of more",
        "packet-loss-is-delay slow-talker": "124 states in 41 runs, all",
        "phones-and-desktops mobile": "816 states in 37 runs, of more",
        "phones-and-desktops near-mast": "800 states in 84 runs, of more",
        "phones-and-desktops phone-speaks": "853 states in 38 runs, of more",
        "phones-and-desktops quiet": "802 states in 110 runs, of more",
        "ping-race a-little-less": "183 states in 1 runs, of more",
        "ping-race equal": "183 states in 1 runs, of more",
        "polling-handshake cookie": "817 states in 183 runs, of more",
        "polling-handshake ip-hash": "817 states in 183 runs, of more",
        "polling-handshake round-robin": "1094 states in 2 runs, of more",
        "polling-handshake websocket": "262 states in 178 runs, all",
        "recovery-refused kept-for-longer": "1334 states in 131 runs, of more",
        "recovery-refused not-noticed": "1295 states in 130 runs, all",
        "recovery-refused nothing-heard-yet": "182 states in 62 runs, all",
        "recovery-refused nothing-kept": "207 states in 78 runs, all",
        "recovery-refused redis": "587 states in 171 runs, all",
        "recovery-refused server-restarted": "206 states in 78 runs, all",
        "recovery-refused taken-back": "1386 states in 539 runs, of more",
        "recovery-refused too-late": "203 states in 56 runs, all",
        "six-connections five": "500 states in 114 runs, of more",
        "six-connections six": "377 states in 65 runs, all",
        "six-connections sockets": "457 states in 92 runs, of more",
        "six-corrections bought": "365 states in 1 runs, of more",
        "six-corrections first-in-turn": "365 states in 1 runs, of more",
        "six-corrections ping-10s": "481 states in 2 runs, of more",
        "six-corrections ping-30s": "433 states in 2 runs, of more",
        "six-corrections plain-set": "523 states in 3 runs, of more",
        "six-corrections ports": "420 states in 5 runs, of more",
        "six-corrections round-robin": "365 states in 1 runs, of more",
        "six-corrections webtransport": "365 states in 1 runs, of more",
        "six-corrections with-expiry": "365 states in 1 runs, of more",
        "sixty-five-thousand as-said": "57 states in 1 runs, of more",
        "sixty-five-thousand compressed": "56 states in 1 runs, of more",
        "sixty-five-thousand one-server": "57 states in 1 runs, of more",
        "sixty-five-thousand open-files": "56 states in 1 runs, of more",
        "sixty-five-thousand three-servers": "56 states in 1 runs, of more",
        "sixty-five-thousand uncompressed": "56 states in 1 runs, of more",
        "snapshot-then-subscribe away-too-long": "1337 states in 525 runs, of more",
        "snapshot-then-subscribe comes-back": "1342 states in 276 runs, of more",
        "snapshot-then-subscribe goes-on": "410 states in 88 runs, all",
        "snapshot-then-subscribe load-then-listen": "126 states in 47 runs, all",
        "snapshot-then-subscribe new-history": "1340 states in 330 runs, of more",
        "snapshot-then-subscribe only-listen": "124 states in 47 runs, all",
        "snapshot-then-subscribe position-first": "1335 states in 641 runs, of more",
        "snapshot-then-subscribe slow-line": "137 states in 29 runs, all",
        "sse-replay gives-up": "104 states in 27 runs, all",
        "sse-replay login-over": "139 states in 33 runs, all",
        "sse-replay no-replay": "143 states in 53 runs, all",
        "sse-replay replay": "806 states in 476 runs, all",
        "sse-replay three-kept": "179 states in 59 runs, all",
        "stateless-and-stateful process": "418 states in 112 runs, all",
        "stateless-and-stateful shared": "434 states in 114 runs, all",
        "sticky-is-not-joined joined": "582 states in 86 runs, of more",
        "sticky-is-not-joined sticky": "573 states in 87 runs, of more",
        "the-lost-ack again": "131 states in 36 runs, all",
        "the-lost-ack recognised": "1115 states in 518 runs, all",
        "timed-out-and-done impatient": "1041 states in 121 runs, all",
        "timed-out-and-done offline": "355 states in 160 runs, all",
        "timed-out-and-done patient": "1344 states in 184 runs, of more",
        "timeout-ladder ping-10s": "1334 states in 190 runs, of more",
        "timeout-ladder ping-30s": "669 states in 92 runs, all",
        "timeout-ladder too-late": "571 states in 78 runs, all",
        "timeout-ladder tunnel-45s": "1334 states in 316 runs, of more",
        "transports-in-lockstep all-by-streams": "864 states in 18 runs, of more",
        "transports-in-lockstep clean": "806 states in 22 runs, of more",
        "transports-in-lockstep five-lost": "836 states in 18 runs, of more",
        "transports-in-lockstep long-outage": "844 states in 10 runs, of more",
        "transports-in-lockstep one-stream": "836 states in 18 runs, of more",
        "transports-in-lockstep outage": "831 states in 11 runs, of more",
        "transports-in-lockstep outage-by-datagrams": "826 states in 8 runs, of more",
        "who-is-online-costs database": "237 states in 1 runs, of more",
        "who-is-online-costs replicated": "312 states in 3 runs, of more",
        "who-is-online-costs sorted-set": "237 states in 1 runs, of more",
        "who-is-online-costs told": "237 states in 1 runs, of more",
        "who-publishes by-http": "179 states in 57 runs, all",
        "who-publishes emitter": "557 states in 320 runs, all",
        "who-publishes joined": "673 states in 162 runs, of more",
        "who-publishes twice": "668 states in 76 runs, of more",
      }
    `);
  });

  it.runIf(DEPTH === 10)("in the deep run", () => {
    expect(numbers()).toMatchInlineSnapshot(`
      {
        "a-vendor-loses-too away": "2791 states in 179 runs, all",
        "a-vendor-loses-too burst": "3504 states in 226 runs, all",
        "a-vendor-loses-too kept": "20011 states in 1332 runs, of more",
        "a-vendor-loses-too large": "2393 states in 145 runs, all",
        "a-vendor-loses-too paid": "3631 states in 235 runs, all",
        "a-vendor-loses-too plan": "3377 states in 217 runs, all",
        "a-vendor-loses-too together": "20010 states in 1951 runs, of more",
        "a-vendor-loses-too too-long": "3137 states in 179 runs, all",
        "bloom-presence keys": "7603 states in 82 runs, of more",
        "bloom-presence large": "1999 states in 165 runs, all",
        "bloom-presence small": "2041 states in 165 runs, all",
        "broadcast-across-servers no-backplane": "98 states in 27 runs, all",
        "broadcast-across-servers one-server": "827 states in 528 runs, all",
        "broadcast-across-servers redis": "958 states in 610 runs, all",
        "build-or-buy as-cheap": "2547 states in 94 runs, all",
        "build-or-buy bought": "13334 states in 854 runs, of more",
        "build-or-buy with-spare": "13334 states in 854 runs, of more",
        "channel-by-channel down": "1257 states in 75 runs, all",
        "channel-by-channel kept": "1295 states in 77 runs, all",
        "channel-by-channel lost": "1265 states in 75 runs, all",
        "channel-by-channel over": "1359 states in 78 runs, all",
        "channel-by-channel push": "20013 states in 2381 runs, of more",
        "channel-by-channel push-sms": "1542 states in 81 runs, all",
        "channel-by-channel sms": "20064 states in 2368 runs, of more",
        "channel-by-channel sms-call": "20064 states in 2368 runs, of more",
        "channel-by-channel too-long": "1252 states in 75 runs, all",
        "closed-by-whom renewed": "40029 states in 13093 runs, of more",
        "closed-by-whom server-says-nothing": "4040 states in 587 runs, all",
        "closed-by-whom server-says-so": "4040 states in 587 runs, all",
        "closed-by-whom too-old": "4040 states in 587 runs, all",
        "come-and-go busy": "4297 states in 213 runs, all",
        "come-and-go calm": "40012 states in 7098 runs, of more",
        "come-and-go three-servers": "24021 states in 1009 runs, of more",
        "dedupe-window after": "18516 states in 258 runs, all",
        "dedupe-window before": "14800 states in 254 runs, all",
        "dedupe-window memory": "15107 states in 250 runs, all",
        "dedupe-window together": "40010 states in 1422 runs, of more",
        "dedupe-window window": "16527 states in 250 runs, all",
        "fallback killed": "13187 states in 515 runs, all",
        "fallback killed-polling": "30006 states in 2822 runs, of more",
        "fallback open": "30013 states in 7248 runs, of more",
        "fallback refused": "896 states in 116 runs, all",
        "fallback try-all": "30014 states in 2746 runs, of more",
        "fallback two-servers": "693 states in 1 runs, all",
        "fallback-to-sms everything": "2643 states in 151 runs, all",
        "fallback-to-sms gated": "2536 states in 150 runs, all",
        "fallback-to-sms page-only": "2253 states in 144 runs, all",
        "fallback-to-sms receipts-again": "20016 states in 1852 runs, of more",
        "fire-and-forget forget": "5705 states in 172 runs, all",
        "fire-and-forget handler-fails": "17647 states in 244 runs, all",
        "fire-and-forget receipt": "40044 states in 1428 runs, of more",
        "fire-and-forget volatile": "40044 states in 2106 runs, of more",
        "five-nines outage": "4031 states in 347 runs, all",
        "five-nines quick-ping": "30005 states in 3644 runs, of more",
        "five-nines usual-ping": "2446 states in 258 runs, all",
        "forgotten-by-the-middle frequent-pings": "30001 states in 9709 runs, of more",
        "forgotten-by-the-middle listener": "18 states in 8 runs, all",
        "forgotten-by-the-middle rare-pings": "389 states in 50 runs, all",
        "forgotten-by-the-middle silent-box": "94 states in 35 runs, all",
        "frozen-and-asleep lid": "1247 states in 177 runs, all",
        "frozen-and-asleep long-stall": "2402 states in 219 runs, all",
        "frozen-and-asleep patience": "30001 states in 6340 runs, of more",
        "frozen-and-asleep short-stall": "30001 states in 8720 runs, of more",
        "ghosts connection-key": "15095 states in 645 runs, of more",
        "ghosts set-connection": "1160 states in 131 runs, all",
        "ghosts set-user": "1169 states in 131 runs, all",
        "ghosts user-key": "3910 states in 161 runs, all",
        "half-open no-beat": "584 states in 93 runs, all",
        "half-open quarter-hour": "140 states in 36 runs, all",
        "half-open quick-beat": "30003 states in 4891 runs, of more",
        "half-open usual-beat": "855 states in 119 runs, all",
        "head-of-line all-by-quic": "24080 states in 533 runs, of more",
        "head-of-line clean": "24018 states in 1212 runs, of more",
        "head-of-line first-lost": "3191 states in 97 runs, all",
        "head-of-line third-lost": "4713 states in 97 runs, all",
        "keepalive-is-not-a-heartbeat by-packets": "28 states in 4 runs, all",
        "keepalive-is-not-a-heartbeat heartbeat": "25511 states in 9626 runs, all",
        "keepalive-is-not-a-heartbeat keepalive": "382 states in 42 runs, all",
        "long-polling-gaps cursor": "8278 states in 5214 runs, all",
        "long-polling-gaps impatient": "154 states in 22 runs, all",
        "long-polling-gaps no-cursor": "158 states in 47 runs, all",
        "long-polling-gaps one-kept": "208 states in 67 runs, all",
        "one-conversation conversation": "30003 states in 7415 runs, of more",
        "one-conversation socket": "1111 states in 107 runs, all",
        "order-or-speed many": "1015 states in 61 runs, all",
        "order-or-speed one": "40014 states in 6827 runs, of more",
        "packet-loss-is-delay clean": "964 states in 556 runs, all",
        "packet-loss-is-delay cut": "276 states in 36 runs, all",
        "packet-loss-is-delay five-lost": "474 states in 41 runs, all",
        "packet-loss-is-delay near": "1647 states in 843 runs, all",
        "packet-loss-is-delay slow-talker": "124 states in 41 runs, all",
        "phones-and-desktops mobile": "2581 states in 127 runs, all",
        "phones-and-desktops near-mast": "24000 states in 5831 runs, of more",
        "phones-and-desktops phone-speaks": "2785 states in 127 runs, all",
        "phones-and-desktops quiet": "24002 states in 8991 runs, of more",
        "ping-race a-little-less": "5532 states in 23 runs, of more",
        "ping-race equal": "6332 states in 9 runs, of more",
        "polling-handshake cookie": "14788 states in 9041 runs, all",
        "polling-handshake ip-hash": "14788 states in 9041 runs, all",
        "polling-handshake round-robin": "19560 states in 548 runs, all",
        "polling-handshake websocket": "262 states in 178 runs, all",
        "recovery-refused kept-for-longer": "40010 states in 14966 runs, of more",
        "recovery-refused not-noticed": "1295 states in 130 runs, all",
        "recovery-refused nothing-heard-yet": "182 states in 62 runs, all",
        "recovery-refused nothing-kept": "207 states in 78 runs, all",
        "recovery-refused redis": "587 states in 171 runs, all",
        "recovery-refused server-restarted": "206 states in 78 runs, all",
        "recovery-refused taken-back": "3806 states in 2073 runs, all",
        "recovery-refused too-late": "203 states in 56 runs, all",
        "six-connections five": "13019 states in 5357 runs, all",
        "six-connections six": "377 states in 65 runs, all",
        "six-connections sockets": "13338 states in 2943 runs, of more",
        "six-corrections bought": "10917 states in 215 runs, of more",
        "six-corrections first-in-turn": "10911 states in 110 runs, of more",
        "six-corrections ping-10s": "10975 states in 393 runs, of more",
        "six-corrections ping-30s": "4930 states in 206 runs, all",
        "six-corrections plain-set": "10910 states in 698 runs, of more",
        "six-corrections ports": "12002 states in 1240 runs, of more",
        "six-corrections round-robin": "13888 states in 2 runs, of more",
        "six-corrections webtransport": "10917 states in 22 runs, of more",
        "six-corrections with-expiry": "11033 states in 72 runs, of more",
        "sixty-five-thousand as-said": "1715 states in 50 runs, of more",
        "sixty-five-thousand compressed": "1623 states in 1 runs, of more",
        "sixty-five-thousand one-server": "1713 states in 23 runs, of more",
        "sixty-five-thousand open-files": "1678 states in 3 runs, of more",
        "sixty-five-thousand three-servers": "1715 states in 50 runs, of more",
        "sixty-five-thousand uncompressed": "1715 states in 50 runs, of more",
        "snapshot-then-subscribe away-too-long": "11403 states in 6701 runs, all",
        "snapshot-then-subscribe comes-back": "35979 states in 18383 runs, all",
        "snapshot-then-subscribe goes-on": "410 states in 88 runs, all",
        "snapshot-then-subscribe load-then-listen": "126 states in 47 runs, all",
        "snapshot-then-subscribe new-history": "10654 states in 5822 runs, all",
        "snapshot-then-subscribe only-listen": "124 states in 47 runs, all",
        "snapshot-then-subscribe position-first": "1639 states in 857 runs, all",
        "snapshot-then-subscribe slow-line": "137 states in 29 runs, all",
        "sse-replay gives-up": "104 states in 27 runs, all",
        "sse-replay login-over": "139 states in 33 runs, all",
        "sse-replay no-replay": "143 states in 53 runs, all",
        "sse-replay replay": "806 states in 476 runs, all",
        "sse-replay three-kept": "179 states in 59 runs, all",
        "stateless-and-stateful process": "418 states in 112 runs, all",
        "stateless-and-stateful shared": "434 states in 114 runs, all",
        "the-lost-ack again": "131 states in 36 runs, all",
        "the-lost-ack recognised": "1115 states in 518 runs, all",
        "timed-out-and-done impatient": "1041 states in 121 runs, all",
        "timed-out-and-done offline": "355 states in 160 runs, all",
        "timed-out-and-done patient": "25791 states in 10685 runs, all",
        "timeout-ladder ping-10s": "40004 states in 15538 runs, of more",
        "timeout-ladder ping-30s": "669 states in 92 runs, all",
        "timeout-ladder too-late": "571 states in 78 runs, all",
        "timeout-ladder tunnel-45s": "13165 states in 6078 runs, all",
        "transports-in-lockstep all-by-streams": "24025 states in 865 runs, of more",
        "transports-in-lockstep clean": "24013 states in 1401 runs, of more",
        "transports-in-lockstep five-lost": "2456 states in 60 runs, all",
        "transports-in-lockstep long-outage": "4916 states in 97 runs, all",
        "transports-in-lockstep one-stream": "2456 states in 60 runs, all",
        "transports-in-lockstep outage": "7158 states in 122 runs, all",
        "transports-in-lockstep outage-by-datagrams": "5899 states in 112 runs, all",
        "who-is-online-costs database": "7064 states in 39 runs, of more",
        "who-is-online-costs replicated": "7110 states in 475 runs, of more",
        "who-is-online-costs sorted-set": "7249 states in 10 runs, of more",
        "who-is-online-costs told": "7829 states in 10 runs, of more",
        "who-publishes by-http": "179 states in 57 runs, all",
        "who-publishes emitter": "557 states in 320 runs, all",
        "who-publishes joined": "6542 states in 3356 runs, all",
        "who-publishes twice": "983 states in 117 runs, all",
      }
    `);
  });
});
