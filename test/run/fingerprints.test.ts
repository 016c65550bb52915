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
      "a-vendor-loses-too away": "ca44987b13a8f6f5",
      "a-vendor-loses-too burst": "a01990824f7efac3",
      "a-vendor-loses-too kept": "92bcaca0afd3419f",
      "a-vendor-loses-too large": "d61e070644553804",
      "a-vendor-loses-too paid": "475777fc300ac2a9",
      "a-vendor-loses-too plan": "525cdeda6ea3dd23",
      "a-vendor-loses-too together": "81f90f3bf4b4d25c",
      "a-vendor-loses-too too-long": "c1662cb666e55443",
      "bloom-presence keys": "ad027edfaa5f5232",
      "bloom-presence large": "faba2d55dfc72948",
      "bloom-presence small": "19b05073af12f72a",
      "broadcast-across-servers no-backplane": "30cd13a6935d7e90",
      "broadcast-across-servers one-server": "4955e7ceee2fc1e4",
      "broadcast-across-servers redis": "39ba4f6c8dfccaae",
      "build-or-buy as-cheap": "e3ddd9ea300c76e5",
      "build-or-buy bought": "80a284f38a3bf90f",
      "build-or-buy with-spare": "2e5112b5a20cdf3d",
      "come-and-go busy": "63cb750f4375410e",
      "come-and-go calm": "62a0b98c1047d2a4",
      "come-and-go three-servers": "5755100a92fc6258",
      "dedupe-window after": "2be2d002d8114e6e",
      "dedupe-window before": "7890f1ea789a052c",
      "dedupe-window memory": "2b60081b6f92137e",
      "dedupe-window together": "9ad8f60a092a6ece",
      "dedupe-window window": "6975afaffa32b94f",
      "fallback killed": "a378f12a5d71e168",
      "fallback killed-polling": "9ba6aa2e797591bb",
      "fallback open": "012af09f652912d4",
      "fallback refused": "df3cf55094819d75",
      "fallback try-all": "b5acc635e175fbd6",
      "fallback two-servers": "f79fccf06486671f",
      "fallback-to-sms everything": "17767af716db2d5d",
      "fallback-to-sms gated": "e0b0528df443bba0",
      "fallback-to-sms page-only": "3c95e12b27199b28",
      "fallback-to-sms receipts-again": "5f5814deddf5dcd7",
      "fire-and-forget forget": "d8dde248c2c2da2c",
      "fire-and-forget receipt": "43c88b52b743e0db",
      "five-nines outage": "c1341464090d9eac",
      "five-nines quick-ping": "228d98dff58c83ca",
      "five-nines usual-ping": "825d8f5aa044f953",
      "forgotten-by-the-middle frequent-pings": "d698c55fed9c703d",
      "forgotten-by-the-middle listener": "74b5c6f6ada9a57d",
      "forgotten-by-the-middle rare-pings": "609f2740d6883d9d",
      "forgotten-by-the-middle silent-box": "947baac7021265c8",
      "frozen-and-asleep lid": "f6b4686bf8b9d095",
      "frozen-and-asleep long-stall": "c81bdddb0d1f13f0",
      "frozen-and-asleep patience": "eb328444f5dd7b0f",
      "frozen-and-asleep short-stall": "28275edd55bc5d6c",
      "ghosts connection-key": "bc902778c3aee5ee",
      "ghosts set-connection": "b1a79bd7796d6149",
      "ghosts set-user": "15cd09999f3c9b42",
      "ghosts user-key": "56d737c848a4e060",
      "half-open no-beat": "527e321ad5b5f0f5",
      "half-open quick-beat": "695d0a20794c1b11",
      "half-open usual-beat": "c628147242429d1d",
      "head-of-line all-by-quic": "d71c761c968f0c68",
      "head-of-line clean": "0e4ad8b173082d60",
      "head-of-line first-lost": "04815b2699e60004",
      "head-of-line third-lost": "7502661531769620",
      "keepalive-is-not-a-heartbeat by-packets": "5fe52fba3749b054",
      "keepalive-is-not-a-heartbeat heartbeat": "bb4a49b0b7e62c84",
      "keepalive-is-not-a-heartbeat keepalive": "9b62380549837f9d",
      "long-polling-gaps cursor": "514ea4e3164642b7",
      "long-polling-gaps no-cursor": "36b33b6c0157631a",
      "long-polling-gaps one-kept": "f32c359201475d89",
      "one-conversation conversation": "75b024bfbaaea701",
      "one-conversation socket": "8e95cf964a74301e",
      "order-or-speed many": "5f10ea6662254f89",
      "order-or-speed one": "8e6ca75af08a70ff",
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
      "polling-handshake cookie": "28a172919fa0ccbe",
      "polling-handshake ip-hash": "35a982b32a2bc0a9",
      "polling-handshake round-robin": "4284fc5e7078aa15",
      "polling-handshake websocket": "a1ac5bc90d073df5",
      "recovery-refused kept-for-longer": "ff68f06fbd72803b",
      "recovery-refused not-noticed": "bfd79cb38dd1e4c8",
      "recovery-refused nothing-heard-yet": "5f345ced2a847395",
      "recovery-refused nothing-kept": "f759e8a7eb91d517",
      "recovery-refused redis": "daad05c7a7710e43",
      "recovery-refused server-restarted": "48c0f417d43132ce",
      "recovery-refused taken-back": "d36bfde91f0520d5",
      "recovery-refused too-late": "f9665f75ffdb2145",
      "six-connections five": "96417944c4ecb06a",
      "six-connections six": "6f1fb332fbf7991d",
      "six-connections sockets": "ab4334734d6c1c85",
      "sixty-five-thousand as-said": "a5f4570b3f4ee8f3",
      "sixty-five-thousand compressed": "c7fc2366cd845637",
      "sixty-five-thousand one-server": "1ef1c105dbb022f4",
      "sixty-five-thousand open-files": "b96a6a86eb111de1",
      "sixty-five-thousand three-servers": "5a9f36c8676039c8",
      "sixty-five-thousand uncompressed": "24a663011045965c",
      "sse-replay gives-up": "20e6b51de78181fe",
      "sse-replay login-over": "17b7b72dc4db9883",
      "sse-replay no-replay": "ead49ce01046bbb4",
      "sse-replay replay": "6c44da4a5f41b382",
      "sse-replay three-kept": "9b9e66dfafa46bfb",
      "stateless-and-stateful process": "32cd6329e1129e3a",
      "stateless-and-stateful shared": "398ea6dad3b02110",
      "the-lost-ack again": "53a18d80fc835825",
      "the-lost-ack recognised": "2ba81ee867e49797",
      "timed-out-and-done impatient": "39145ed3d624c5a7",
      "timed-out-and-done offline": "818e24401a165b4f",
      "timed-out-and-done patient": "c35526db23c0b2dc",
      "timeout-ladder ping-10s": "a7a5f3d5febac553",
      "timeout-ladder ping-30s": "979e414a525c02fc",
      "timeout-ladder tunnel-45s": "debd089196106d7b",
      "transports-in-lockstep all-by-streams": "4e4d0a3f9e859657",
      "transports-in-lockstep clean": "a59b76183ade2674",
      "transports-in-lockstep five-lost": "88a04f91c9be7424",
      "transports-in-lockstep long-outage": "b4dc82b1b113422f",
      "transports-in-lockstep one-stream": "7c0db9fb7ff8e672",
      "transports-in-lockstep outage": "47e0fc12e4a659f8",
      "who-publishes by-http": "a211e41b5fec020a",
      "who-publishes emitter": "42d312af2995bcd2",
      "who-publishes joined": "95d3631280258f75",
      "who-publishes twice": "3b36255a6edc7753",
    }
  `);
});
