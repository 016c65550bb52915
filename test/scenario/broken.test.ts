/** Broken scenario files, each with the message that it gets. A message that changes is changed here on purpose. */
import { describe, expect, test } from "vitest";
import { formatErrors, parseScenario } from "../../src/scenario/parse.ts";
import { small } from "./samples.ts";

const ten = Array.from({ length: 10 }, () => 0);
/** Each leads into what was set by the one before. */
const deeper = Array.from({ length: 100 }, (_, i) => `workload${".*".repeat(i)}`).filter(
  (path) => path.length <= 200,
);

/** What is wrong, the file, the message. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["empty file", "", "the file is empty; a scenario is one JSON object { … }"],
  ["blank file", " \n\t", "the file is empty; a scenario is one JSON object { … }"],
  [
    "comma after the last field",
    '{\n  "version": 1,\n  "name": "x",\n}',
    "this is not JSON: line 3, column 14: found a comma after the last field; remove it",
  ],
  [
    "comma after the last entry",
    '{"clients": [1, 2,]}',
    "this is not JSON: line 1, column 18: found a comma after the last entry; remove it",
  ],
  [
    "comma missing",
    '{"version": 1\n "name": "x"}',
    'this is not JSON: line 2, column 2: found "name"; a comma is missing before it',
  ],
  [
    "colon missing",
    '{"version" 1}',
    'this is not JSON: line 1, column 12: found "1" after the field "version"; expected ":"',
  ],
  [
    "name without quotes",
    "{version: 1}",
    'this is not JSON: line 1, column 2: found "version"; names of fields are quoted: "version"',
  ],
  [
    "single quotes",
    "{'version': 1}",
    "this is not JSON: line 1, column 2: found \"'version'\"; names of fields are quoted with \", not with '",
  ],
  [
    "text in single quotes",
    "{\"name\": 'x'}",
    "this is not JSON: line 1, column 10: found \"'x'\"; text is quoted with \", not with '",
  ],
  [
    "comment",
    "{ // five clients\n}",
    'this is not JSON: line 1, column 3: found "//"; comments are not allowed in JSON',
  ],
  [
    "value without quotes",
    '{"backplane": {"kind": redis}}',
    'this is not JSON: line 1, column 24: found "redis"; text is quoted: "redis"',
  ],
  [
    "NaN",
    '{"seed": NaN}',
    'this is not JSON: line 1, column 10: found "NaN"; allowed: numbers as 1, 0.5 or 2e3',
  ],
  [
    "undefined",
    '{"seed": undefined}',
    'this is not JSON: line 1, column 10: found "undefined"; leave the field out',
  ],
  [
    "True of Python",
    '{"cookies": True}',
    'this is not JSON: line 1, column 13: found "True"; allowed: true, false',
  ],
  [
    "leading zero",
    '{"seed": 007}',
    'this is not JSON: line 1, column 10: found "007"; numbers are written as 1, 0.5 or 2e3',
  ],
  [
    "text not closed",
    '{"name": "x\n}',
    'this is not JSON: line 1, column 10: the text that begins here is not closed with " on its line',
  ],
  [
    "bad escape",
    '{"title": "C:\\users"}',
    'this is not JSON: line 1, column 14: found "\\\\u" in a text; a backslash is written as \\\\',
  ],
  [
    "control character in the text",
    '{"title": "a\tb"}',
    'this is not JSON: line 1, column 13: found the control character "\\t" in a text; write it as \\t',
  ],
  [
    "end of file too early",
    '{"version": 1, "clients": [{',
    "this is not JSON: line 1, column 29: found the end of the file; expected the name of a field, in quotes",
  ],
  [
    "two documents",
    "{} {}",
    'this is not JSON: line 1, column 4: found "{" after the end of the document; allowed: one JSON object and nothing else',
  ],
  [
    "field given twice",
    '{"servers": {"count": 1, "count": 2}}',
    "servers.count: is given twice, again at line 1, column 26; keep one of the two",
  ],
  [
    "deep nesting",
    "[".repeat(100_000),
    "nested deeper than 20 levels at line 1, column 21; a scenario needs eight",
  ],
  [
    "too long",
    " ".repeat(2_000_000),
    "the file has 2000000 characters; allowed: at most 1048576. Describe clients in groups, not one by one",
  ],
  ["a list", "[]", "found []; it must be an object { … }"],
  ["null", "null", "found null; it must be an object { … }"],
  ["text instead of an object", '"scenario"', 'found "scenario"; it must be an object { … }'],
  [
    "nothing in it",
    "{}",
    "version: is missing; it must be 1\nname: is missing; it must be text\ntitle: is missing; it must be text\nsummary: is missing; it must be text\nclients: is missing; it must be a list [ … ]",
  ],
  [
    "__proto__",
    '{"version": 1, "__proto__": {"name": "x"}}',
    'found a field named "__proto__", which is not allowed anywhere',
  ],
  [
    "__proto__ in a variant",
    small({ variants: { v: { title: "V", set: JSON.parse('{"__proto__": 1}') } } }),
    'variants.v.set: found a field named "__proto__", which is not allowed anywhere',
  ],
  [
    "lone surrogate",
    '{"title": "\\ud800"}',
    'title: found "\\ud800"; it contains half of a character (a lone surrogate)',
  ],
  ["version of the future", small({ version: 2 }), "version: found 2; it must be 1"],
  [
    "unknown field",
    small({ server: { count: 2 } }),
    'server: there is no such field; allowed: $schema, version, name, title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, choices, faults, rules, ownRules, variants, knobs, notice. Did you mean "servers"?',
  ],
  [
    "unknown field, other case",
    small({ Seed: 2 }),
    'Seed: there is no such field; allowed: $schema, version, name, title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, choices, faults, rules, ownRules, variants, knobs, notice. Did you mean "seed"?',
  ],
  [
    "text that is no word for a time",
    small({ servers: { pingIntervalMs: "never" } }),
    'servers.pingIntervalMs: found "never"; it must be a number from 0.001 to 86400000 or "none"',
  ],
  [
    "duration in seconds where a word may stand",
    small({ servers: { pingIntervalMs: "25s" } }),
    'servers.pingIntervalMs: found "25s"; it must be a number from 0.001 to 86400000 or "none". Write 25000 (milliseconds)',
  ],
  [
    "neither a time nor a word",
    small({ clients: [{ name: "A", watchdogMs: true }] }),
    'clients.0.watchdogMs: found true; it must be a number from 0.001 to 86400000 or "announced" or "none"',
  ],
  [
    "unknown field in a list",
    small({ clients: [{ name: "A", transprot: "websocket" }] }),
    'clients.0.transprot: there is no such field; allowed here: name, count, startMs, startGapMs, startConnected, roomSize, address, addressSpread, browser, host, user, freshForMs, link, backoff, reconnectionDelayMs, reconnectionDelayMaxMs, randomizationFactor, connectsAgainAfterMs, leaveAfterMs, loads, afterGap, remembersIds, transport, pollPauseMs, retryMs, httpVersion, tryAllTransports, closesAfterMs, closesWithCode, watchdogMs, … (41 in all). Did you mean "transport"?',
  ],
  [
    "unknown field in a shape of several",
    small({ network: { client: { loss: { good: 0, bad: 1, meanGoodMs: 1, meanBad: 1 } } } }),
    'network.client.loss.meanBadMs: is missing; it must be a number from 0.001 to 86400000\nnetwork.client.loss.meanBad: there is no such field; allowed here: good, bad, meanGoodMs, meanBadMs. Did you mean "meanBadMs"?',
  ],
  [
    "control character in a title",
    small({ title: "\u001b[31mred" }),
    'title: found "\\u001b[31mred"; control characters are not allowed',
  ],
  ["empty title", small({ title: "" }), "title: found an empty text; allowed: at least 1 character"],
  [
    "giant title",
    small({ title: "x".repeat(3000) }),
    "title: found 3000 characters; allowed: at most 2000 characters",
  ],
  [
    "name with a space",
    small({ name: "my scenario" }),
    'name: found "my scenario"; allowed: a letter, then letters, digits and hyphens',
  ],
  [
    "seed too large",
    small({ seed: 4294967296 }),
    "seed: found 4294967296; allowed: a whole number from 0 to 4294967295",
  ],
  [
    "seed with a fraction",
    small({ seed: 1.5 }),
    "seed: found 1.5; it must be a whole number from 0 to 4294967295",
  ],
  [
    "seed beyond integers",
    small({ seed: 1e300 }),
    "seed: found 1e+300; allowed: a whole number from 0 to 4294967295",
  ],
  [
    "number beyond all",
    small({}).replace('"seed":1', '"seed":1e999'),
    "seed: found Infinity; it must be a whole number from 0 to 4294967295",
  ],
  ["duration 0", small({ durationMs: 0 }), "durationMs: found 0; allowed: a number from 0.001 to 86400000"],
  [
    "duration with a unit",
    small({ durationMs: "30s" }),
    'durationMs: found "30s"; it must be a number from 0.001 to 86400000. Write 30000 (milliseconds)',
  ],
  [
    "number in quotes",
    small({ servers: { count: "3" } }),
    'servers.count: found "3"; it must be a whole number from 1 to 64. Write 3, without quotes',
  ],
  ["no clients", small({ clients: [] }), "clients: found an empty list; allowed: at least 1 entry"],
  ["clients as a number", small({ clients: 5 }), "clients: found 5; it must be a list [ … ]"],
  [
    "count 0",
    small({ clients: [{ name: "A", count: 0 }] }),
    "clients.0.count: found 0; allowed: a whole number from 1 to 100000",
  ],
  [
    "two groups, too many clients",
    small({
      clients: [
        { name: "A", count: 60000 },
        { name: "B", count: 60000 },
      ],
      workload: [],
    }),
    "clients: found 120000 clients in all; allowed: at most 100000",
  ],
  [
    "thousands of groups",
    small({ clients: Array.from({ length: 3000 }, (_, i) => ({ name: `g${i}` })) }),
    "clients: found 3000 entries; allowed: at most 100 entries",
  ],
  [
    "same name twice",
    small({ clients: [{ name: "A" }, { name: "A" }] }),
    'clients.1.name: the name "A" is taken; choose another',
  ],
  [
    "name of a member",
    small({ clients: [{ name: "a", count: 12 }, { name: "a-1" }], workload: [] }),
    'clients.1.name: the name "a-1" is taken by a member of the group "a", which are called a-1 to a-12; choose another',
  ],
  [
    "name of a member, a group",
    small({
      clients: [
        { name: "a-1", count: 2 },
        { name: "a", count: 12 },
      ],
      workload: [],
    }),
    'clients.0.name: the name "a-1" is taken by a member of the group "a", which are called a-1 to a-12; choose another',
  ],
  [
    "name of a server",
    small({ clients: [{ name: "server-7" }], workload: [] }),
    'clients.0.name: the name "server-7" is taken: servers are called server-1, server-2, …; choose another',
  ],
  [
    "members named as servers",
    small({ clients: [{ name: "server", count: 3 }], workload: [] }),
    'clients.0.name: the name "server" is taken: servers are called server-1, server-2, …; choose another',
  ],
  [
    "name taken",
    small({ clients: [{ name: "everyone" }], workload: [] }),
    'clients.0.name: the name "everyone" is taken; choose another',
  ],
  [
    "unknown transport",
    small({ clients: [{ name: "A", transport: "web-socket" }] }),
    'clients.0.transport: found "web-socket"; allowed: polling-first, polling, websocket, http, websocket-first, webtransport, long-polling, sse. Did you mean "websocket"?',
  ],
  [
    "address out of range",
    small({ clients: [{ name: "A", address: "203.0.113.300" }] }),
    'clients.0.address: found "203.0.113.300"; allowed: an IPv4 address, as 203.0.113.1',
  ],
  [
    "too many servers",
    small({ servers: { count: 65 } }),
    "servers.count: found 65; allowed: a whole number from 1 to 64",
  ],
  [
    "unknown policy",
    small({ balancer: { policy: "iphash" } }),
    'balancer.policy: found "iphash"; allowed: round-robin, random, least-connections, ip-hash, sticky-cookie, hash, consistent-hash, two-choices. Did you mean "ip-hash"?',
  ],
  [
    "somebody who stands by where requests are hashed",
    small({ balancer: { policy: "consistent-hash", servers: { "server-1": { backup: true } } } }),
    "balancer.servers.server-1.backup: found true with the policy consistent-hash: nginx refuses backup where it hashes or draws. Take it away, or choose round-robin, least-connections, sticky-cookie",
  ],
  [
    "a list with a name that no server has",
    small({ balancer: { servers: { web: { weight: 2 } } } }),
    'balancer.servers.web: found "web" as a name; allowed: server-1, server-2, …',
  ],
  [
    "unknown backplane",
    small({ backplane: { kind: "kafka" } }),
    'backplane.kind: found "kafka"; allowed: none, redis, vendor, history, sharded, streams, registry, plain',
  ],
  [
    "latency negative",
    small({ network: { client: { latencyMs: -1 } } }),
    "network.client.latencyMs: found -1; allowed: a number from 0 to 60000",
  ],
  [
    "latency too large",
    small({ network: { client: { latencyMs: 3600000 } } }),
    "network.client.latencyMs: found 3600000; allowed: a number from 0 to 60000",
  ],
  [
    "latency as text",
    small({ network: { client: { latencyMs: "20ms" } } }),
    'network.client.latencyMs: found "20ms"; it must be a number from 0 to 60000 or an object { … }. Write 20 (milliseconds)',
  ],
  [
    "latency of no known distribution",
    small({ network: { client: { latencyMs: { distribution: "gauss", meanMs: 3, sdMs: 1 } } } }),
    'network.client.latencyMs.distribution: found "gauss"; allowed: uniform, normal, exponential',
  ],
  [
    "latency without a distribution",
    small({ network: { client: { latencyMs: { minMs: 3, maxMs: 9 } } } }),
    "network.client.latencyMs.distribution: is missing; allowed: uniform, normal, exponential",
  ],
  [
    "latency with a field missing",
    small({ network: { client: { latencyMs: { distribution: "normal", meanMs: 3 } } } }),
    "network.client.latencyMs.sdMs: is missing; it must be a number from 0 to 60000",
  ],
  [
    "latency with its ends exchanged",
    small({ network: { client: { latencyMs: { distribution: "uniform", minMs: 30, maxMs: 3 } } } }),
    "network.client.latencyMs: found minMs 30 and maxMs 3; minMs must not be greater than maxMs",
  ],
  [
    "loss above 1",
    small({ network: { client: { loss: 5 } } }),
    "network.client.loss: found 5; allowed: a number from 0 to 1",
  ],
  [
    "loss as a percentage",
    small({ network: { client: { loss: "5%" } } }),
    'network.client.loss: found "5%"; it must be a number from 0 to 1 or an object { … }',
  ],
  [
    "neither atMs nor everyMs",
    small({ workload: [{ from: "A" }] }),
    "workload.0: found neither atMs nor everyMs; give atMs to send once, or everyMs to send again and again",
  ],
  [
    "both atMs and everyMs",
    small({ workload: [{ from: "A", atMs: 1, everyMs: 2 }] }),
    "workload.0: found both atMs and everyMs; give atMs to send once, or everyMs to send again and again",
  ],
  [
    "untilMs without everyMs",
    small({ workload: [{ from: "A", atMs: 1, untilMs: 2 }] }),
    "workload.0.untilMs: untilMs goes with everyMs; a line with atMs sends once, at that time",
  ],
  [
    "untilMs before firstMs",
    small({ workload: [{ from: "A", everyMs: 1, firstMs: 20, untilMs: 2 }] }),
    "workload.0.untilMs: found untilMs 2 and firstMs 20; untilMs must not be before firstMs, or nothing would ever be sent",
  ],
  [
    "everyMs 0",
    small({ workload: [{ from: "A", everyMs: 0 }] }),
    "workload.0.everyMs: found 0; allowed: a number from 0.001 to 86400000",
  ],
  [
    "range too wide",
    small({ workload: [{ from: "A", everyMs: { minMs: 1, maxMs: 7200000 } }] }),
    "workload.0.everyMs: found minMs 1 and maxMs 7200000; allowed: at most 3600000 ms apart",
  ],
  [
    "range with its ends exchanged",
    small({ workload: [{ from: "A", everyMs: { minMs: 5, maxMs: 2 } }] }),
    "workload.0.everyMs: found minMs 5 and maxMs 2; minMs must not be greater than maxMs",
  ],
  [
    "unknown sender",
    small({ workload: [{ from: "C", atMs: 1 }] }),
    'workload.0.from: there is no client, group or server "C"; there is: A, B',
  ],
  [
    "unknown recipient",
    small({ workload: [{ from: "A", to: "evryone", atMs: 1 }] }),
    'workload.0.to: there is no client "evryone"; allowed: others, everyone, room, server, or one client; there is: A, B. Did you mean "everyone"?',
  ],
  [
    "a group as recipient",
    small({
      clients: [{ name: "A" }, { name: "fans", count: 9 }],
      workload: [{ from: "A", to: "fans", atMs: 1 }],
    }),
    'workload.0.to: "fans" is a group of 9; allowed: others, everyone, room, server, or one client, as fans-1',
  ],
  [
    "a member that is not there",
    small({ clients: [{ name: "fan", count: 9 }], workload: [{ from: "fan-10", atMs: 1 }] }),
    'workload.0.from: there is no client, group or server "fan-10"; there is: fan (fan-1 to fan-9)',
  ],
  [
    "too many senders",
    small({
      clients: [{ name: "A", count: 100000 }],
      workload: Array.from({ length: 6 }, () => ({ from: "A", atMs: 1 })),
    }),
    "workload: found 600000 senders, summed over all lines; allowed: at most 500000",
  ],
  [
    "fault without a target",
    small({ faults: [{ atMs: 1, act: "crash" }] }),
    "faults.0.target: is missing; it must be text",
  ],
  [
    "fault on a server that is not there",
    small({ faults: [{ atMs: 1, act: "crash", target: "server-3" }] }),
    'faults.0.target: there is no "server-3"; allowed: server-1, server-2, balancer, backplane, A/balancer, B/balancer, balancer/server-1, balancer/server-2, server-1/backplane, server-2/backplane. Did you mean "server-1"?',
  ],
  [
    "fault on a link that is not there",
    small({ faults: [{ atMs: 1, act: "cut", target: "A/server-1" }] }),
    'faults.0.target: there is no "A/server-1"; allowed: server-1, server-2, balancer, backplane, A/balancer, B/balancer, balancer/server-1, balancer/server-2, server-1/backplane, server-2/backplane. Did you mean "server-1"?',
  ],
  [
    "fault that does not apply",
    small({ faults: [{ atMs: 1, act: "freeze", target: "balancer" }] }),
    'faults.0.act: found "freeze", which does not apply to the balancer; allowed: crash, restart, reload',
  ],
  [
    "cut of a node",
    small({ faults: [{ atMs: 1, act: "cut", target: "backplane" }] }),
    'faults.0.act: found "cut", which does not apply to the backplane; allowed: crash, restart, freeze, resume. A link is named by its two ends, as balancer/server-1',
  ],
  [
    "unknown act",
    small({ faults: [{ atMs: 1, act: "kill", target: "server-1" }] }),
    'faults.0.act: found "kill"; allowed: crash, restart, freeze, resume, cut, heal, stop, disconnect, reload, slow, lose, throttle, … (15 in all)',
  ],
  [
    "slow link without its latency",
    small({ faults: [{ atMs: 1, act: "slow", target: "A/balancer" }] }),
    "faults.0.latencyMs: is missing; it must be a number from 0 to 60000 or an object { … }",
  ],
  [
    "packet of several links",
    small({ faults: [{ act: "drop", target: "*/balancer", direction: "up", packet: 1 }] }),
    'faults.0.target: found "*/balancer", which is 2 links; one packet is on one link, as A/balancer',
  ],
  [
    "packet of two faults",
    small({
      faults: [
        { act: "drop", target: "A/balancer", direction: "up", packet: 3 },
        { act: "delay", target: "A/balancer", direction: "up", packet: 3, byMs: 5 },
      ],
    }),
    "faults.1.packet: found 3, up on A/balancer: faults.0 is about the same packet; give each packet one fault",
  ],
  [
    "packet of two faults, by two names of the link",
    small({
      clients: [{ name: "A" }],
      faults: [
        { act: "drop", target: "A/balancer", direction: "up", packet: 3 },
        { act: "delay", target: "*/balancer", direction: "up", packet: 3, byMs: 5 },
      ],
    }),
    "faults.1.packet: found 3, up on */balancer: faults.0 is about the same packet; give each packet one fault",
  ],
  [
    "dropped packet at a time",
    small({ faults: [{ atMs: 1, act: "drop", target: "A/balancer", direction: "up", packet: 1 }] }),
    "faults.0.atMs: there is no such field; allowed here: act, target, direction, packet",
  ],
  [
    "settings of a link that is not there",
    small({ network: { links: { "A/server-1": { loss: 0.1 } } } }),
    'network.links["A/server-1"]: there is no link "A/server-1"; allowed: A/balancer, B/balancer, balancer/server-1, balancer/server-2, server-1/backplane, server-2/backplane',
  ],
  [
    "client that passes by a proxy",
    small({ proxies: [{ name: "edge" }], faults: [{ atMs: 1, act: "cut", target: "A/balancer" }] }),
    'faults.0.target: there is no "A/balancer"; allowed: server-1, server-2, balancer, edge, backplane, A/edge, B/edge, edge/balancer, balancer/server-1, balancer/server-2, server-1/backplane, server-2/backplane. Did you mean "balancer"?',
  ],
  [
    "proxy with the balancer's name",
    small({ proxies: [{ name: "balancer" }] }),
    'proxies.0.name: the name "balancer" is taken; choose another',
  ],
  [
    "line that sends once, with a beginning and an end",
    small({ workload: [{ from: "A", to: "everyone", atMs: 5, firstMs: 1, untilMs: 9 }] }),
    "workload.0.firstMs: firstMs goes with everyMs; a line with atMs sends once, at that time\nworkload.0.untilMs: untilMs goes with everyMs; a line with atMs sends once, at that time",
  ],
  [
    "proxy with the name of one of several clients",
    small({
      clients: [{ name: "A" }, { name: "crowd", count: 2 }, { name: "team-b", count: 12 }],
      workload: [],
      proxies: [{ name: "A-1" }, { name: "team-b-12" }],
    }),
    'proxies.1.name: the name "team-b-12" is taken; choose another',
  ],
  [
    "variant's path leads nowhere",
    small({ variants: { v: { title: "V", set: { "servers.cuont": 3 } } } }),
    'variants.v.set["servers.cuont"]: the path leads nowhere: servers has no "cuont"; there is: count, memory, descriptors, memoryMiB, compressionWindowBits, replayEvents, loginMs, refusal, onStop, drainMs, preStopMs, graceMs, writes, upgradeTimeoutMs, pollHoldMs, commentIntervalMs, streamLifetimeMs, socketLifetimeMs, closesWith, closeCode, kernelBuffersKiB, sendBufferKiB, whenBufferFull, pingIntervalMs, pingTimeoutMs, maxDisconnectionDurationMs, effectMs, ackDelayMs, seenIds, marksIds, … (47 in all). Did you mean "count"?',
  ],
  [
    "variant's value is wrong",
    small({ variants: { v: { title: "V", set: { "servers.count": 0 } } } }),
    'variants.v.set["servers.count"]: found 0; allowed: a whole number from 1 to 64',
  ],
  [
    "variant's value is wrong for all",
    small({ variants: { v: { title: "V", set: { "clients.*.transport": "carrier-pigeon" } } } }),
    'variants.v.set["clients.*.transport"]: found "carrier-pigeon"; allowed: polling-first, polling, websocket, http, websocket-first, webtransport, long-polling, sse',
  ],
  [
    "variant breaks a fault",
    small({
      faults: [{ atMs: 1, act: "crash", target: "server-2" }],
      variants: { v: { title: "V", set: { "servers.count": 1 } } },
    }),
    'variants.v: with this variant, faults.0.target: there is no "server-2"; allowed: server-1, balancer, backplane, A/balancer, B/balancer, balancer/server-1, server-1/backplane. Did you mean "server-1"?',
  ],
  [
    "variant through __proto__",
    small({ variants: { v: { title: "V", set: { "__proto__.polluted": 1 } } } }),
    'variants.v.set["__proto__.polluted"]: the path leads nowhere: the scenario has no "__proto__"; there is: title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, faults, notice',
  ],
  [
    "variant through constructor",
    small({ variants: { v: { title: "V", set: { "constructor.prototype.polluted": 1 } } } }),
    'variants.v.set["constructor.prototype.polluted"]: the path leads nowhere: the scenario has no "constructor"; there is: title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, faults, notice',
  ],
  [
    "variant whose paths mean ever more places",
    small({
      variants: { v: { title: "V", set: Object.fromEntries(deeper.map((path) => [path, ten])) } },
    }),
    'variants.v.set["workload.*.*.*.*"]: found a path that means more than 1000 places; allowed: at most 1000',
  ],
  [
    "variant that writes much in many places",
    small({
      workload: Array.from({ length: 1000 }, () => ({ from: "A", atMs: 1 })),
      variants: { v: { title: "V", set: { "workload.*.from": "A", "workload.*.to": "x".repeat(258) } } },
    }),
    'variants.v.set["workload.*.to"]: found 260 characters for each of 1000 places, 263000 in all with the settings before it; allowed: at most 262144',
  ],
  [
    "variant with a path into what it has just written",
    small({
      variants: { v: { title: "V", set: { workload: [{ name: { toString: 0 } }], "workload.B": 1 } } },
    }),
    'variants.v.set["workload.B"]: the path leads nowhere: workload has no "B"; there is: 0, *',
  ],
  [
    "variant with a path to a server of which nothing is said",
    small({ variants: { v: { title: "V", set: { "balancer.servers.server-1.weight": 2 } } } }),
    'variants.v.set["balancer.servers.server-1.weight"]: the path leads nowhere: nothing is said of the server "server-1"; set balancer.servers as a whole, as {"server-1": {"weight": 2}}',
  ],
  [
    "variant sets the variants",
    small({ variants: { v: { title: "V", set: { "variants.v.title": "W" } } } }),
    'variants.v.set["variants.v.title"]: can\'t be set; it says what the scenario is, not how it is turned',
  ],
  [
    "variant without set",
    small({ variants: { v: { title: "V" } } }),
    "variants.v.set: is missing; it must be an object { … }",
  ],
  [
    "variant's name with a space",
    small({ variants: { "two servers": { title: "V", set: {} } } }),
    'variants["two servers"]: found "two servers" as a name; allowed: a letter, then letters, digits and hyphens',
  ],
  [
    "too many variants",
    small({
      variants: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`v${i}`, { title: "V", set: {} }])),
    }),
    "variants: found 51 variants; allowed: at most 50",
  ],
  [
    "variant sets too much",
    small({
      variants: {
        v: { title: "V", set: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`p${i}`, 1])) },
      },
    }),
    "variants.v.set: found 101 fields; allowed: at most 100 in one variant",
  ],
  [
    "knob leads nowhere",
    small({ knobs: ["servers.size"] }),
    'knobs.0: "servers.size": the path leads nowhere: servers has no "size"; there is: count, memory, descriptors, memoryMiB, compressionWindowBits, replayEvents, loginMs, refusal, onStop, drainMs, preStopMs, graceMs, writes, upgradeTimeoutMs, pollHoldMs, commentIntervalMs, streamLifetimeMs, socketLifetimeMs, closesWith, closeCode, kernelBuffersKiB, sendBufferKiB, whenBufferFull, pingIntervalMs, pingTimeoutMs, maxDisconnectionDurationMs, effectMs, ackDelayMs, seenIds, marksIds, … (47 in all)',
  ],
  [
    "knob of a client that is not there",
    small({ knobs: ["clients.Z.transport"] }),
    'knobs.0: "clients.Z.transport": the path leads nowhere: clients has no "Z"; there is: A, B, *',
  ],
  [
    "knob for all of an empty list",
    small({ workload: [], knobs: ["workload.*.atMs"] }),
    'knobs.0: "workload.*.atMs": the path leads nowhere: the list workload is empty',
  ],
  [
    "knob into a number",
    small({ knobs: ["servers.count.x"] }),
    'knobs.0: "servers.count.x": the path leads nowhere: servers.count is 2 and has no fields',
  ],
  [
    "knob of several fields",
    small({ knobs: ["servers"] }),
    'knobs.0: "servers" is more than one field; a knob turns one: servers.count, servers.memory, servers.descriptors, servers.memoryMiB, servers.compressionWindowBits, servers.replayEvents, servers.loginMs, servers.refusal, servers.onStop, servers.drainMs, servers.preStopMs, servers.graceMs, … (47 in all)',
  ],
  [
    "knob on the title",
    small({ knobs: ["title"] }),
    'knobs.0: "title" can\'t be turned; a knob is a field as servers.count or clients.*.transport',
  ],
  [
    "kind that says itself how it becomes text",
    small({ balancer: { kind: { toString: {} } } }),
    'balancer.kind: found {"toString":{}}; allowed: nginx, haproxy, alb, nlb, api-gateway',
  ],
  ["empty knob", small({ knobs: [""] }), "knobs.0: found an empty text; allowed: at least 1 character"],
  [
    "unknown rule, nearly right",
    small({ rules: ["delivry"] }),
    'rules.0: there is no rule "delivry"; allowed: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, … (36 in all). Did you mean "delivery"?',
  ],
  [
    "unknown rule",
    small({ rules: ["happiness"] }),
    'rules.0: there is no rule "happiness"; allowed: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, … (36 in all)',
  ],
  [
    "rule that JavaScript knows",
    small({ rules: ["constructor", "toString"] }),
    'rules.0: there is no rule "constructor"; allowed: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, … (36 in all)\nrules.1: there is no rule "toString"; allowed: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, … (36 in all)',
  ],
  [
    "rule listed twice",
    small({ rules: ["delivery", "order", "delivery"] }),
    'rules.2: the rule "delivery" is listed twice; keep one of the two',
  ],
  [
    "rule that is no text",
    small({ rules: [1, null] }),
    "rules.0: found 1; it must be text\nrules.1: found null; it must be text",
  ],
  [
    "rules that are no list",
    small({ rules: "delivery" }),
    'rules: found "delivery"; it must be a list [ … ]',
  ],
  [
    "too many rules",
    small({ rules: Array.from({ length: 51 }, () => "delivery") }),
    "rules: found 51 entries; allowed: at most 50 entries",
  ],
  [
    "own rule called as a built-in one",
    small({
      rules: ["delivery"],
      ownRules: { delivery: { type: "count", statement: "S.", of: { event: "lost" }, atMost: 0 } },
    }),
    'ownRules.delivery: "delivery" is a built-in rule; choose another name',
  ],
  [
    "own rule that nothing asks for",
    small({ ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atMost: 0 } } }),
    "ownRules.mine: the rule is not listed in rules, so nothing would ask for it",
  ],
  [
    "own rule called __proto__",
    small({ rules: ["x"], ownRules: JSON.parse('{"__proto__": {"type": "count"}}') }),
    'ownRules: found a field named "__proto__", which is not allowed anywhere',
  ],
  [
    "own rule whose name is none",
    small({
      rules: ["a rule"],
      ownRules: { "a rule": { type: "count", statement: "S.", of: { event: "lost" }, atMost: 0 } },
    }),
    'rules.0: found "a rule"; allowed: a letter, then letters, digits and hyphens\nownRules["a rule"]: found "a rule" as a name; allowed: a letter, then letters, digits and hyphens',
  ],
  [
    "too many own rules",
    small({
      ownRules: Object.fromEntries(
        Array.from({ length: 51 }, (_, i) => [
          `r${i}`,
          { type: "count", statement: "S.", of: { event: "lost" }, atMost: 0 },
        ]),
      ),
    }),
    "ownRules: found 51 rules; allowed: at most 50",
  ],
  [
    "own rule of no type",
    small({ rules: ["mine"], ownRules: { mine: { statement: "S." } } }),
    "ownRules.mine.type: is missing; allowed: count, within, order",
  ],
  [
    "own rule of an unknown type",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "counts", statement: "S.", of: { event: "lost" } } },
    }),
    'ownRules.mine.type: found "counts"; allowed: count, within, order. Did you mean "count"?',
  ],
  [
    "own rule without a statement",
    small({ rules: ["mine"], ownRules: { mine: { type: "count", of: { event: "lost" }, atMost: 0 } } }),
    "ownRules.mine.statement: is missing; it must be text",
  ],
  [
    "statement with escape sequences",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "\u001b[31mred", of: { event: "lost" }, atMost: 0 } },
    }),
    'ownRules.mine.statement: found "\\u001b[31mred"; control characters and line ends are not allowed',
  ],
  [
    "statement of two lines",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "a\n✓ b", of: { event: "lost" }, atMost: 0 } },
    }),
    'ownRules.mine.statement: found "a\\n✓ b"; control characters and line ends are not allowed',
  ],
  [
    "statement that is too long",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "x".repeat(301), of: { event: "lost" }, atMost: 0 } },
    }),
    "ownRules.mine.statement: found 301 characters; allowed: at most 300 characters",
  ],
  [
    "own rule of an unknown event",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "loss" }, atMost: 0 } },
    }),
    'ownRules.mine.of.event: found "loss"; allowed: message, copy, delivered, duplicated, lost, request, response, connected, disconnected, upgraded, idleClosed, fault, … (29 in all). Did you mean "lost"?',
  ],
  [
    "own rule with an unknown field",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atmost: 0 } },
    }),
    'ownRules.mine.atmost: there is no such field; allowed here: type, statement, of, per, atMost, atLeast. Did you mean "atMost"?',
  ],
  [
    "own rule with a field of another type",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, withinMs: 5, atMost: 1 } },
    }),
    "ownRules.mine.withinMs: there is no such field; allowed here: type, statement, of, per, atMost, atLeast",
  ],
  [
    "count without a number",
    small({ rules: ["mine"], ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" } } } }),
    "ownRules.mine: found neither atMost nor atLeast; give one of them, or both",
  ],
  [
    "count of less than nothing",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atMost: -1 } },
    }),
    "ownRules.mine.atMost: found -1; allowed: a whole number from 0 to 1000000000",
  ],
  [
    "count of at least nothing",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atLeast: 0 } },
    }),
    "ownRules.mine.atLeast: found 0; allowed: a whole number from 1 to 1000000000",
  ],
  [
    "count of more than it may be at most",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atMost: 1, atLeast: 2 } },
    }),
    "ownRules.mine: found atLeast 2 and atMost 1; atLeast must not be greater than atMost",
  ],
  [
    "time of nothing",
    small({
      rules: ["mine"],
      ownRules: {
        mine: {
          type: "within",
          statement: "S.",
          from: { event: "message" },
          to: { event: "delivered" },
          withinMs: 0,
        },
      },
    }),
    "ownRules.mine.withinMs: found 0; allowed: a number from 0.001 to 86400000",
  ],
  [
    "share in percent",
    small({
      rules: ["mine"],
      ownRules: {
        mine: {
          type: "within",
          statement: "S.",
          from: { event: "message" },
          to: { event: "delivered" },
          withinMs: 500,
          share: 99,
        },
      },
    }),
    "ownRules.mine.share: found 99; allowed: a number from 0.001 to 1",
  ],
  [
    "order without what comes first",
    small({
      rules: ["mine"],
      // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
      ownRules: { mine: { type: "order", statement: "S.", then: { event: "delivered" } } },
    }),
    "ownRules.mine.first: is missing; it must be an object { … }",
  ],
  [
    "own rule per what there is not",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost" }, atMost: 0, per: "room" } },
    }),
    'ownRules.mine.per: found "room"; allowed: run, client, server, message, copy',
  ],
  [
    "own rule about a client that is not there",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost", client: "C" }, atMost: 0 } },
    }),
    'ownRules.mine.of.client: there is no client "C"; there is: A, B',
  ],
  [
    "own rule about a server that is not there",
    small({
      rules: ["mine"],
      ownRules: {
        mine: { type: "count", statement: "S.", of: { event: "lost", server: "server-3" }, atMost: 0 },
      },
    }),
    'ownRules.mine.of.server: there is no server "server-3"; allowed: server-1 to server-2',
  ],
  [
    "own rule about the cause of what has none",
    small({
      rules: ["mine"],
      ownRules: {
        mine: {
          type: "count",
          statement: "S.",
          of: { event: "delivered", cause: "no-backplane" },
          atMost: 0,
        },
      },
    }),
    'ownRules.mine.of.cause: only "lost" has a cause; found it with "delivered"',
  ],
  [
    "own rule about the status of what has none",
    small({
      rules: ["mine"],
      ownRules: {
        mine: { type: "count", statement: "S.", of: { event: "request", status: 400 }, atMost: 0 },
      },
    }),
    'ownRules.mine.of.status: only "response" has a status; found it with "request"',
  ],
  [
    "own rule about an unknown cause",
    small({
      rules: ["mine"],
      ownRules: {
        mine: { type: "count", statement: "S.", of: { event: "lost", cause: "bad-luck" }, atMost: 0 },
      },
    }),
    'ownRules.mine.of.cause: found "bad-luck"; allowed: no-backplane, not-subscribed, backplane-down, server-crashed, recipient-away, handshake-refused, idle-closed, heartbeat-timed-out, connection-closed, session-unknown, balancer-crashed, gateway-timeout, … (49 in all)',
  ],
  [
    "own rule about a client that a variant takes away",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "lost", client: "B" }, atMost: 0 } },
      variants: { v: { title: "V", set: { clients: [{ name: "A" }] } } },
    }),
    'variants.v: with this variant, ownRules.mine.of.client: there is no client "B"; there is: A',
  ],
  [
    "own rule about the server of what has none",
    small({
      rules: ["mine"],
      ownRules: {
        mine: { type: "count", statement: "S.", of: { event: "delivered", server: "server-1" }, atMost: 0 },
      },
    }),
    'ownRules.mine.of.server: found it with "delivered", which is about no server; those that are: lost, request, response, connected, idleClosed, turnedAway, recovery, done, recognised, written, neverWritten, published, … (13 in all)',
  ],
  [
    "own rule about the client of what has none",
    small({
      rules: ["mine"],
      ownRules: { mine: { type: "count", statement: "S.", of: { event: "fault", client: "A" }, atMost: 0 } },
    }),
    'ownRules.mine.of.client: found it with "fault", which is about no client; those that are: message, copy, delivered, duplicated, lost, request, response, connected, disconnected, upgraded, idleClosed, turnedAway, … (24 in all)',
  ],
  [
    "own rule per copy of what is no copy's",
    small({
      rules: ["mine"],
      ownRules: {
        mine: {
          type: "order",
          statement: "S.",
          first: { event: "message" },
          // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
          then: { event: "delivered" },
          per: "copy",
        },
      },
    }),
    'ownRules.mine.per: found "copy", and "message" is about no copy; those that are: copy, delivered, duplicated, lost, channelSent, channelArrived, read, receipt, shownBefore',
  ],
  [
    "own rule per server of what is no server's",
    small({
      rules: ["mine"],
      ownRules: {
        mine: { type: "count", statement: "S.", of: { event: "upgraded" }, atMost: 0, per: "server" },
      },
    }),
    'ownRules.mine.per: found "server", and "upgraded" is about no server; those that are: lost, request, response, connected, idleClosed, turnedAway, recovery, done, recognised, written, neverWritten, published, … (13 in all)',
  ],
  [
    "variant that breaks an unknown rule",
    small({ rules: ["delivery"], variants: { v: { title: "V", set: {}, breaks: ["delivry"] } } }),
    'variants.v.breaks.0: "delivry" is none of the scenario\'s rules; allowed: delivery. Did you mean "delivery"?',
  ],
  [
    "variant that breaks a rule that is not claimed",
    small({ rules: ["delivery"], variants: { v: { title: "V", set: {}, breaks: ["order"] } } }),
    'variants.v.breaks.0: "order" is none of the scenario\'s rules; allowed: delivery',
  ],
  [
    "variant that breaks a rule of a scenario without",
    small({ variants: { v: { title: "V", set: {}, breaks: ["order"] } } }),
    'variants.v.breaks.0: "order" is none of the scenario\'s rules; it has none',
  ],
  [
    "variant that breaks a rule twice",
    small({ rules: ["order"], variants: { v: { title: "V", set: {}, breaks: ["order", "order"] } } }),
    'variants.v.breaks.1: the rule "order" is listed twice; keep one of the two',
  ],
  [
    "variant that leaves an unknown rule silent",
    small({ rules: ["delivery"], variants: { v: { title: "V", set: {}, silent: ["delivry"] } } }),
    'variants.v.silent.0: "delivry" is none of the scenario\'s rules; allowed: delivery. Did you mean "delivery"?',
  ],
  [
    "variant that leaves a rule silent twice",
    small({ rules: ["order"], variants: { v: { title: "V", set: {}, silent: ["order", "order"] } } }),
    'variants.v.silent.1: the rule "order" is listed twice; keep one of the two',
  ],
  [
    "variant that breaks a rule and leaves it silent",
    small({
      rules: ["order"],
      variants: { v: { title: "V", set: {}, breaks: ["order"], silent: ["order"] } },
    }),
    'variants.v.silent.0: "order" is among breaks too; what breaks is not silent',
  ],
  [
    "variant that sets the rules",
    small({ variants: { v: { title: "V", set: { rules: [] } } } }),
    "variants.v.set.rules: can't be set; it says what the scenario is, not how it is turned",
  ],
  [
    "choices for an unknown purpose",
    small({ choices: { latency: [1] } }),
    "choices.latency: there is no such field; allowed here: latency client up, latency client down, latency server up, latency server down, latency backplane up, latency backplane down, loss, loss burst, reconnection delay, first send, send gap, balancing, latency balancer up, latency balancer down, latency publisher up, latency publisher down, loss of acknowledgements, latency of channels, loss on channels, reading time, latency of receipts, loss of receipts, handler failure, failure to acknowledge, delay of WebSockets, answers, reconnection to Redis, service time, worker of the balancer, order of what is simultaneous",
  ],
  [
    "choices that are no numbers",
    small({ choices: { loss: [1, "2", -1, 4294967296, 0.5] } }),
    'choices.loss.1: found "2"; it must be a whole number from 0 to 4294967295. Write 2, without quotes\nchoices.loss.2: found -1; allowed: a whole number from 0 to 4294967295\nchoices.loss.3: found 4294967296; allowed: a whole number from 0 to 4294967295\nchoices.loss.4: found 0.5; it must be a whole number from 0 to 4294967295',
  ],
  [
    "too many choices",
    small({ choices: { loss: Array.from({ length: 50_001 }, () => 0) } }),
    "choices.loss: found 50001 entries; allowed: at most 50000 entries",
  ],
  [
    "knob on the rules",
    small({ knobs: ["rules"] }),
    'knobs.0: "rules" can\'t be turned; a knob is a field as servers.count or clients.*.transport',
  ],
  [
    "many errors at once",
    small({ seed: -1, durationMs: null, servers: { count: 0 }, backplane: "redis" }),
    'seed: found -1; allowed: a whole number from 0 to 4294967295\ndurationMs: found null; it must be a number from 0.001 to 86400000\nservers.count: found 0; allowed: a whole number from 1 to 64\nbackplane: found "redis"; it must be an object { … }. Did you mean backplane.kind?',
  ],
];

describe("broken scenario files", () => {
  test.each(CASES)("%s", (_, text, message) => {
    const result = parseScenario(text);
    expect(result.ok ? "accepted" : formatErrors(result.errors)).toBe(message);
  });

  test("there are enough of them", () => {
    expect(CASES.length).toBeGreaterThanOrEqual(45);
  });
});
