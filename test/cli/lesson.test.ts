/** `fanout lesson`: the course, a lesson as text, and the judge of its exercise. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import { fanout } from "./support.ts";

const LESSON = "broadcast-across-servers";
const folder = mkdtempSync(join(tmpdir(), "fanout-"));

function answered(settings: unknown): Promise<{ exit: number; out: string; err: string }> {
  const file = join(folder, `${Math.abs(JSON.stringify(settings).length)}.json`);
  writeFileSync(file, typeof settings === "string" ? settings : JSON.stringify(settings));
  return fanout(["lesson", LESSON, "--answer", file]);
}

describe("fanout lesson", () => {
  it("lists the course in its order", async () => {
    const { out } = await fanout(["lesson"]);
    expect(out.match(/^\S+(?= {2}part)/gm)).toEqual([
      LESSON,
      "polling-handshake",
      "stateless-and-stateful",
      "sticky-is-not-joined",
      "joined-is-not-sticky",
      "who-publishes",
      "connection-registry",
      "long-polling-gaps",
      "sse-replay",
      "six-connections",
      "packet-loss-is-delay",
      "head-of-line",
      "transports-in-lockstep",
      "fallback",
      "phones-and-desktops",
      "timeout-ladder",
      "ping-race",
      "keepalive-is-not-a-heartbeat",
      "half-open",
      "frozen-and-asleep",
      "forgotten-by-the-middle",
      "sixty-five-thousand",
      "come-and-go",
      "closed-by-whom",
      "cookie-and-its-absence",
      "behind-one-address",
      "newcomer-stays-empty",
      "add-a-server",
      "two-choices",
      "dead-target",
      "proxy-reload",
      "graceful-stop",
      "all-on-502",
      "reconnect-storm",
      "rolling-deploy",
      "drain-in-slices",
      "saturation",
      "slow-consumer",
      "redis-outage",
      "forgotten-resubscribe",
      "slow-subscriber",
      "replay-from-a-stream",
      "who-saw-it-first",
      "published-and-heard",
      "fan-out-bill",
      "fire-and-forget",
      "the-lost-ack",
      "timed-out-and-done",
      "dedupe-window",
      "order-or-speed",
      "recovery-refused",
      "snapshot-then-subscribe",
      "outbox",
      "taken-over",
      "ghosts",
      "bloom-presence",
      "who-is-online-costs",
      "build-or-buy",
      "five-nines",
      "a-vendor-loses-too",
      "fallback-to-sms",
      "channel-by-channel",
      "one-conversation",
      "six-corrections",
      "hundred-thousand",
    ]);
    expect(out).toContain("part 1, 8 minutes, after broadcast-across-servers");
  });

  it("tells a whole lesson: each question, what happens, and what to say to each who thought otherwise", async () => {
    const { exit, out } = await fanout(["lesson", LESSON]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^4\. The same message again$/m);
    expect(out).toContain("  b) To A's server, and no further.");
    expect(out).toContain("b) is what happens.");
    expect(out).toContain("0.500 s  A → others: 1 copy; B: lost at server-1: no local socket, no backplane");
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("tells one step up to its question, and leaves the answer open", async () => {
    const { out } = await fanout(["lesson", LESSON, "--step", "4"]);
    expect(out).toContain("How far does the message get?");
    expect(out).not.toContain("what happens");
    expect(out).not.toContain("lost at");
    expect(out).not.toContain("A server can hand a message only");
  });

  it("tells how connections end, and what is alike once", async () => {
    const { out: cut } = await fanout(["lesson", "timeout-ladder", "--step", "1"]);
    expect(cut).toContain('On stage: A ping every 30 s, with proxies=[], with servers.pingIntervalMs="none"');
    const { out: ladder } = await fanout(["lesson", "timeout-ladder"]);
    expect(ladder).toContain("60.021 s  connection of A ends at balancer: idle timeout");
    expect(ladder).toMatch(/the shortest idle timeout on\nthe whole way\.\n$/);
    const { out: race } = await fanout(["lesson", "ping-race"]);
    expect(race.replace(/\s+/g, " ")).toContain("8 times connection of p-1, p-2, p-3, p-11, p-12");
    const { out } = await fanout(["lesson", "phones-and-desktops"]);
    expect(out).toContain("0.500 s to 0.900 s, 21 times  desk → others: 2 copies");
  });

  // It computes five runs of a thousand people, with all that they tell.
  it.runIf(IS_DEEP)("tells of a crowd what happens first, and how much more", async () => {
    const { out } = await fanout(["lesson", "hundred-thousand"]);
    expect(out).toMatch(/^8\. Yours$/m);
    expect(out.match(/^ {2}… and [\d,]+ more$/gm)?.length).toBeGreaterThan(2);
    expect(out.split("\n").length).toBeLessThan(800);
  });

  it("judges an answer to the exercise by its rules: 0 if it is solved, 1 if not", async () => {
    const solved = await answered({ "backplane.kind": "redis" });
    expect(solved.exit).toBe(0);
    expect(solved.out).toMatch(/^Solved\.\n✓ servers\.count is 2\n✓ delivery: not broken/);
    expect(solved.out).toMatch(/\n\d+ random runs from seed 1\./);
    const cheap = await answered({ "servers.count": 1 });
    expect(cheap.exit).toBe(1);
    expect(cheap.out).toMatch(/^Not yet\.\n✕ servers\.count is 2\n✓ delivery/);
    const wrong = await answered({});
    expect([wrong.exit, wrong.out]).toEqual([1, expect.stringContaining("✕ delivery: broken")]);
  });

  it.each([
    [
      ["lesson", "brodcast"],
      /there is no lesson "brodcast" that is told in steps; lessons: broadcast-across-servers, /,
    ],
    [["lesson", LESSON, "--step", "40"], /--step: found 40; broadcast-across-servers has 7 steps/],
    [
      ["lesson", "--step", "3"],
      /--step is about one lesson: name it, as fanout lesson broadcast-across-servers/,
    ],
    [["lesson", "--answer", "/no/such.json"], /--answer is about one lesson: name it/],
    [["lesson", LESSON, "--answer", "/no/such.json", "--step", "2"], /leave one of them out/],
    [["lesson", LESSON, "--answer", "/no/such.json"], /can't read \/no\/such\.json/],
  ])("refuses %j", async (argv, message) => {
    const { exit, err } = await fanout(argv);
    expect(exit).toBe(2);
    expect(err).toMatch(message);
  });

  it.each([
    ["{", /is not JSON/],
    [[1], /holds no settings; they are an object/],
    [{ "servers.cuont": 2 }, /does not fit the scenario.*servers\.cuont/s],
  ])("refuses the settings %j", async (settings, message) => {
    const { exit, err } = await answered(settings);
    expect(exit).toBe(2);
    expect(err).toMatch(message);
  });
});
