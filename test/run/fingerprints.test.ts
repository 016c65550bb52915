/**
 * Every shipped scenario's trajectory, pinned. A change here is a change of the model: say in the commit why the new one is
 * right, and run `npx vitest run test/run/fingerprints.test.ts -u` to bless it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, type ParseResult, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

const folder = new URL("../../simulations/", import.meta.url);

function accepted(result: ParseResult): Scenario {
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

it("pins every variant of every lesson", () => {
  const fingerprints: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true }).filter((file) => file.isDirectory())) {
    const text = readFileSync(new URL(`${entry.name}/scenario.json`, folder), "utf8");
    const scenario = accepted(parseScenario(text));
    expect(scenario.name).toBe(entry.name);
    for (const variant of Object.keys(scenario.variants))
      fingerprints[`${scenario.name} ${variant}`] = simulate(
        accepted(withVariant(scenario, variant)),
      ).fingerprint;
  }
  expect(fingerprints).toMatchInlineSnapshot(`
    {
      "broadcast-across-servers no-backplane": "30cd13a6935d7e90",
      "broadcast-across-servers one-server": "4955e7ceee2fc1e4",
      "broadcast-across-servers redis": "39ba4f6c8dfccaae",
      "fallback killed": "f3fa2c3fe81f0a1b",
      "fallback killed-polling": "9ba6aa2e797591bb",
      "fallback open": "aaa3b115ffbc1b8c",
      "fallback refused": "f7deb38b86592fe8",
      "fallback try-all": "e5a7316411720fd3",
      "fallback two-servers": "9d8fa9a76b6f5249",
      "forgotten-by-the-middle frequent-pings": "d698c55fed9c703d",
      "forgotten-by-the-middle listener": "783e1b2532fb6118",
      "forgotten-by-the-middle rare-pings": "78f5aa780f22a857",
      "forgotten-by-the-middle silent-box": "b49fc407f5b04c75",
      "frozen-and-asleep lid": "9dfe97ff3cbec72c",
      "frozen-and-asleep long-stall": "ee5087e8d3060f2d",
      "frozen-and-asleep patience": "af0ce48905d36b5e",
      "frozen-and-asleep short-stall": "899c667c982d896d",
      "half-open no-beat": "8f7036df269a2f6b",
      "half-open quick-beat": "82c44a5954bd0445",
      "half-open usual-beat": "62067d5ffc198c80",
      "keepalive-is-not-a-heartbeat by-packets": "54836bf92afa97b4",
      "keepalive-is-not-a-heartbeat heartbeat": "91cc99e5d9df5a77",
      "keepalive-is-not-a-heartbeat keepalive": "cb3b8a7a73520382",
      "head-of-line all-by-quic": "d71c761c968f0c68",
      "head-of-line clean": "0e4ad8b173082d60",
      "head-of-line first-lost": "04815b2699e60004",
      "head-of-line third-lost": "7502661531769620",
      "long-polling-gaps cursor": "d1ebc418ae24f01e",
      "long-polling-gaps no-cursor": "07369bd9eba4ecf7",
      "long-polling-gaps one-kept": "2ba9e3a1e85b7377",
      "packet-loss-is-delay clean": "aee53a06ef539627",
      "packet-loss-is-delay cut": "d4eef861bc10b81e",
      "packet-loss-is-delay five-lost": "82b290c2c697e5e3",
      "packet-loss-is-delay near": "de64d6d3b7542695",
      "packet-loss-is-delay slow-talker": "72220e26cfd7db34",
      "phones-and-desktops mobile": "268cfd261a65e999",
      "phones-and-desktops near-mast": "b15d50a5e39258ae",
      "phones-and-desktops phone-speaks": "bf12809760c23453",
      "phones-and-desktops quiet": "e663338941354d7b",
      "ping-race a-little-less": "91286bfda0861bf5",
      "ping-race equal": "a159b30760ed7a0b",
      "polling-handshake cookie": "179e6242c0b72b96",
      "polling-handshake ip-hash": "5728b088a1f808ab",
      "polling-handshake round-robin": "4284fc5e7078aa15",
      "polling-handshake websocket": "a1ac5bc90d073df5",
      "sixty-five-thousand as-said": "a5f4570b3f4ee8f3",
      "sixty-five-thousand compressed": "c7fc2366cd845637",
      "sixty-five-thousand one-server": "1ef1c105dbb022f4",
      "sixty-five-thousand open-files": "b96a6a86eb111de1",
      "sixty-five-thousand three-servers": "5a9f36c8676039c8",
      "sixty-five-thousand uncompressed": "24a663011045965c",
      "six-connections five": "88b43f4b60ac7f33",
      "six-connections six": "f1237616e8c5b9df",
      "six-connections sockets": "ab4334734d6c1c85",
      "sse-replay gives-up": "c9d6d9e7bf4b6edb",
      "sse-replay no-replay": "bf73d34ce69176fc",
      "sse-replay replay": "261d585ce0909344",
      "sse-replay three-kept": "b87cd086a330e464",
      "stateless-and-stateful process": "32cd6329e1129e3a",
      "stateless-and-stateful shared": "398ea6dad3b02110",
      "timeout-ladder ping-10s": "a7a5f3d5febac553",
      "timeout-ladder ping-30s": "979e414a525c02fc",
      "timeout-ladder tunnel-45s": "debd089196106d7b",
      "transports-in-lockstep all-by-streams": "4e4d0a3f9e859657",
      "transports-in-lockstep clean": "a59b76183ade2674",
      "transports-in-lockstep five-lost": "5fd1cf71806b0bd6",
      "transports-in-lockstep one-stream": "5fd7de2e4c52011a",
      "transports-in-lockstep outage": "4b9ce4928fba00f6",
      "who-publishes by-http": "a211e41b5fec020a",
      "who-publishes emitter": "42d312af2995bcd2",
      "who-publishes joined": "95d3631280258f75",
      "who-publishes twice": "3b36255a6edc7753",
    }
  `);
});
