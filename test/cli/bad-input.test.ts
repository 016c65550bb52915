/**
 * Command lines that can't be obeyed, each with the message that it gets on standard error. All end with exit code 2
 * and print nothing else.
 */
import { describe, expect, test } from "vitest";
import { BELIEFS } from "../../src/check/beliefs.ts";
import { COMPUTED_BELIEFS } from "../../src/cost/beliefs.ts";
import { INPUT_NAMES } from "../../src/cost/inputs.ts";
import { fanout } from "./support.ts";

const LESSON = "broadcast-across-servers";

/** What is wrong, the arguments, the message, and what stands on standard input. */
const CASES: readonly (readonly [string, readonly string[], string, (string | Uint8Array)?])[] = [
  ["unknown command", ["simulate"], "error: unknown command 'simulate'\n(add --help for how it is used)\n"],
  [
    "unknown command, nearly right",
    ["runn", LESSON],
    "error: unknown command 'runn'\n(Did you mean run?)\n(add --help for how it is used)\n",
  ],
  [
    "unknown command to explain",
    ["help", "tracee"],
    "error: unknown command 'tracee'\n(Did you mean trace?)\n(add --help for how it is used)\n",
  ],
  [
    "unknown option",
    ["run", LESSON, "--jsn"],
    "error: unknown option '--jsn'\n(Did you mean --json?)\n(add --help for how it is used)\n",
  ],
  [
    "unknown option of all",
    ["--versoin"],
    "error: unknown option '--versoin'\n(Did you mean --version?)\n(add --help for how it is used)\n",
  ],
  [
    "argument too many",
    ["run", LESSON, "polling-handshake"],
    "error: too many arguments for 'run'. Expected 1 argument but got 2.\n(add --help for how it is used)\n",
  ],
  [
    "variant as an argument",
    ["run", LESSON, "redis"],
    "error: too many arguments for 'run'. Expected 1 argument but got 2.\n(add --help for how it is used)\nDid you mean --variant redis?\n",
  ],
  [
    "argument to a command without",
    ["list", "lessons"],
    "error: too many arguments for 'list'. Expected 0 arguments but got 1.\n(add --help for how it is used)\n",
  ],
  [
    "kind in place of what has one",
    ["run", LESSON, "--set", "backplane=redis"],
    'error: --set does not fit the scenario (1 problem):\n  backplane: found "redis"; it must be an object { … }. Did you mean backplane.kind?\n',
  ],
  [
    "lesson missing",
    ["run"],
    "error: missing required argument 'lesson|file'\n(add --help for how it is used)\n",
  ],
  [
    "lesson empty",
    ["run", ""],
    "error: the name of the lesson is empty; lessons: a-vendor-loses-too, add-a-server, all-on-502, behind-one-address, bloom-presence, broadcast-across-servers, build-or-buy, channel-by-channel, closed-by-whom, come-and-go, connection-registry, cookie-and-its-absence, … (65 in all)\n",
  ],
  [
    "unknown lesson",
    ["run", "brodcast-across-server"],
    'error: there is no lesson "brodcast-across-server". Did you mean "broadcast-across-servers"?\n`fanout list` names all 65. A file is given by its path, as ./scenario.json, and standard input by -.\n',
  ],
  [
    "unknown lesson, path out of the folder",
    ["run", ".."],
    "error: can't read ../scenario.json: there is no such file or folder\n",
  ],
  [
    "a number where a text is meant that looks like one",
    ["run", "head-of-line", "--set", "clients.many.httpVersion=2"],
    'error: --set does not fit the scenario (1 problem):\n  clients.many.httpVersion: found 2; allowed: "2", "3", "1.1". Did you mean "2"? It is a text, and has quotes\n',
  ],
  [
    "a list that is no JSON",
    ["run", LESSON, "--set", "faults=[{atMs:1}]"],
    "error: option '-s, --set <path=value>' argument 'faults=[{atMs:1}]' is invalid. What begins with [ must be JSON: names and texts in double quotes, and every bracket closed.\n(add --help for how it is used)\n",
  ],
  [
    "what is for the report alone, beside --json",
    ["run", LESSON, "--json", "--ladder"],
    "error: --ladder is part of the report: it does not go with --json\n",
  ],
  [
    "unknown variant",
    ["run", LESSON, "--variant", "rediss"],
    'error: there is no variant "rediss"; allowed: one-server, no-backplane, redis. Did you mean "redis"?\n',
  ],
  [
    "variant of a scenario without",
    ["run", "-", "--variant", "redis"],
    'error: there is no variant "redis"; this scenario has none\n',
    '{"version":1,"name":"x","title":"x","summary":"x","clients":[{"name":"A"}]}',
  ],
  [
    "variant missing",
    ["run", LESSON, "--variant"],
    "error: option '-V, --variant <name>' argument missing\n(add --help for how it is used)\n",
  ],
  [
    "--set without =",
    ["run", LESSON, "--set", "servers.count"],
    "error: option '-s, --set <path=value>' argument 'servers.count' is invalid. It must be path=value, as in servers.count=3.\n(add --help for how it is used)\n",
  ],
  [
    "--set without a path",
    ["run", LESSON, "--set", "=3"],
    "error: option '-s, --set <path=value>' argument '=3' is invalid. It must be path=value, as in servers.count=3.\n(add --help for how it is used)\n",
  ],
  [
    "--set, path leads nowhere",
    ["run", LESSON, "--set", "servers.cuont=3"],
    'error: --set does not fit the scenario (1 problem):\n  servers.cuont: the path leads nowhere: servers has no "cuont"; there is: count, memory, descriptors, memoryMiB, compressionWindowBits, replayEvents, loginMs, refusal, onStop, drainMs, preStopMs, graceMs, writes, upgradeTimeoutMs, pollHoldMs, commentIntervalMs, streamLifetimeMs, socketLifetimeMs, closesWith, closeCode, kernelBuffersKiB, sendBufferKiB, whenBufferFull, pingIntervalMs, pingTimeoutMs, maxDisconnectionDurationMs, effectMs, ackDelayMs, seenIds, marksIds, … (47 in all). Did you mean "count"?\n',
  ],
  [
    "--set, first name unknown",
    ["run", LESSON, "--set", "server.count=3"],
    'error: --set does not fit the scenario (1 problem):\n  server.count: the path leads nowhere: the scenario has no "server"; there is: title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, faults, notice. Did you mean "servers"?\n',
  ],
  [
    "--set, a field of a group that is not set",
    ["run", LESSON, "--set", "clients.A.link.loss=0.1"],
    "error: --set does not fit the scenario (1 problem):\n  clients.A.link.loss: the path leads nowhere: clients.A.link is not set; set it as a whole, to an object { … }\n",
  ],
  [
    "--set, unknown client",
    ["run", LESSON, "--set", "clients.C.transport=polling"],
    'error: --set does not fit the scenario (1 problem):\n  clients.C.transport: the path leads nowhere: clients has no "C"; there is: A, B, *\n',
  ],
  [
    "--set, number out of range",
    ["run", LESSON, "--set", "servers.count=100"],
    "error: --set does not fit the scenario (1 problem):\n  servers.count: found 100; allowed: a whole number from 1 to 64\n",
  ],
  [
    "--set, text for a number",
    ["run", LESSON, "--set", "servers.count=two"],
    'error: --set does not fit the scenario (1 problem):\n  servers.count: found "two"; it must be a whole number from 1 to 64\n',
  ],
  [
    "--set, nothing for a number",
    ["run", LESSON, "--set", "servers.count="],
    'error: --set does not fit the scenario (1 problem):\n  servers.count: found ""; it must be a whole number from 1 to 64\n',
  ],
  [
    "--set, duration for milliseconds",
    ["run", LESSON, "--set", "balancer.idleTimeoutMs=30s"],
    'error: --set does not fit the scenario (1 problem):\n  balancer.idleTimeoutMs: found "30s"; it must be a number from 0.001 to 86400000. Write 30000 (milliseconds)\n',
  ],
  [
    "--set, unknown choice",
    ["run", LESSON, "--set", "balancer.policy=robin"],
    'error: --set does not fit the scenario (1 problem):\n  balancer.policy: found "robin"; allowed: round-robin, random, least-connections, ip-hash, sticky-cookie, hash, consistent-hash, two-choices. Did you mean "round-robin"?\n',
  ],
  [
    "--set, what is fixed",
    ["run", LESSON, "--set", "version=2"],
    "error: --set does not fit the scenario (1 problem):\n  version: can't be set; it says what the scenario is, not how it is turned\n",
  ],
  [
    "--set, __proto__",
    ["run", LESSON, "--set", "__proto__.polluted=1"],
    'error: --set does not fit the scenario (1 problem):\n  __proto__.polluted: the path leads nowhere: the scenario has no "__proto__"; there is: title, summary, seed, durationMs, clients, balancer, proxies, servers, backplane, presence, publishers, gateway, network, workload, faults, notice\n',
  ],
  [
    "--set, a value with __proto__",
    ["run", LESSON, "--set", 'servers={"__proto__": {"count": 3}}'],
    'error: --set does not fit the scenario (1 problem):\n  servers: found a field named "__proto__", which is not allowed anywhere\n',
  ],
  [
    "--set after --set, each into what the one before wrote",
    [
      "run",
      LESSON,
      ...Array.from({ length: 8 }, (_, i) => [
        "--set",
        `workload${".*".repeat(i)}=[0,0,0,0,0,0,0,0,0,0]`,
      ]).flat(),
    ],
    "error: --set does not fit the scenario (1 problem):\n  workload.*.*.*.*: found a path that means more than 1000 places; allowed: at most 1000\n",
  ],
  [
    "--set, a value nested without end",
    ["run", LESSON, "--set", `servers.count=${"[".repeat(60_000)}${"]".repeat(60_000)}`],
    "error: --set does not fit the scenario (1 problem):\n  servers.count: found a value that is nested deeper than 20 levels; a scenario needs eight\n",
  ],
  [
    "--set, a path without end",
    ["run", LESSON, "--set", `servers${".count".repeat(10_000)}=1`],
    `error: --set does not fit the scenario (1 problem):\n  servers${".count".repeat(8)}.coun…: found a path of 60007 characters; allowed: at most 200\n`,
  ],
  [
    "--set, escape sequences",
    ["run", LESSON, "--set", "servers.\u001b[31mcount=3"],
    'error: --set does not fit the scenario (1 problem):\n  servers.\\u001b[31mcount: the path leads nowhere: servers has no "\\u001b[31mcount"; there is: count, memory, descriptors, memoryMiB, compressionWindowBits, replayEvents, loginMs, refusal, onStop, drainMs, preStopMs, graceMs, writes, upgradeTimeoutMs, pollHoldMs, commentIntervalMs, streamLifetimeMs, socketLifetimeMs, closesWith, closeCode, kernelBuffersKiB, sendBufferKiB, whenBufferFull, pingIntervalMs, pingTimeoutMs, maxDisconnectionDurationMs, effectMs, ackDelayMs, seenIds, marksIds, … (47 in all)\n',
  ],
  [
    "--set breaks a name",
    ["run", LESSON, "--set", "clients.A.name=C"],
    'error: --set does not fit the scenario (2 problems):\n  workload.0.from: there is no client, group or server "A"; there is: C, B\n  workload.2.from: there is no client, group or server "A"; there is: C, B\n',
  ],
  [
    "--seed with letters",
    ["run", LESSON, "--seed", "abc"],
    "error: option '--seed <n>' argument 'abc' is invalid. It must be a whole number from 0 to 4,294,967,295.\n(add --help for how it is used)\n",
  ],
  [
    "--seed negative",
    ["run", LESSON, "--seed", "-1"],
    "error: option '--seed <n>' argument '-1' is invalid. It must be a whole number from 0 to 4,294,967,295.\n(add --help for how it is used)\n",
  ],
  [
    "--seed with a fraction",
    ["run", LESSON, "--seed", "1.5"],
    "error: option '--seed <n>' argument '1.5' is invalid. It must be a whole number from 0 to 4,294,967,295.\n(add --help for how it is used)\n",
  ],
  [
    "--seed too large",
    ["run", LESSON, "--seed", "4294967296"],
    "error: option '--seed <n>' argument '4294967296' is invalid. It must be a whole number from 0 to 4,294,967,295.\n(add --help for how it is used)\n",
  ],
  [
    "--until without a unit",
    ["run", LESSON, "--until", "30"],
    "error: option '--until <duration>' argument '30' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h. Did you mean 30s?\n(add --help for how it is used)\n",
  ],
  [
    "--until with an unknown unit",
    ["run", LESSON, "--until", "30d"],
    "error: option '--until <duration>' argument '30d' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h.\n(add --help for how it is used)\n",
  ],
  [
    "--until in words",
    ["run", LESSON, "--until", "half an hour"],
    "error: option '--until <duration>' argument 'half an hour' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h.\n(add --help for how it is used)\n",
  ],
  [
    "--until 0",
    ["run", LESSON, "--until", "0s"],
    "error: option '--until <duration>' argument '0s' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h, and more than 0.\n(add --help for how it is used)\n",
  ],
  [
    "--until too long",
    ["run", LESSON, "--until", "25h"],
    "error: option '--until <duration>' argument '25h' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h.\n(add --help for how it is used)\n",
  ],
  [
    "--max-events 0",
    ["run", LESSON, "--max-events", "0"],
    "error: option '--max-events <n>' argument '0' is invalid. It must be a whole number from 1 to 10,000,000.\n(add --help for how it is used)\n",
  ],
  [
    "--format missing",
    ["trace", LESSON],
    "error: required option '-f, --format <jsonl|mermaid|perfetto>' not specified\n(add --help for how it is used)\n",
  ],
  [
    "--format unknown",
    ["trace", LESSON, "--format", "xml"],
    "error: option '-f, --format <jsonl|mermaid|perfetto>' argument 'xml' is invalid. Allowed choices are jsonl, mermaid, perfetto.\n(add --help for how it is used)\n",
  ],
  [
    "-o into a folder that is not there",
    ["trace", LESSON, "--format", "jsonl", "-o", "/no/such/folder/trace"],
    "error: can't write /no/such/folder/trace: there is no such file or folder\n",
  ],
  ["-o onto a folder", ["schema", "-o", "/"], "error: can't write /: it is a folder\n"],
  [
    "file that is not there",
    ["run", "./no-such-file.json"],
    "error: can't read ./no-such-file.json: there is no such file or folder\n",
  ],
  [
    "folder without a scenario",
    ["run", "/usr"],
    "error: can't read /usr/scenario.json: there is no such file or folder\n",
  ],
  ["binary file", ["run", "/bin/sh"], "error: /bin/sh is a binary file; a scenario is JSON text\n"],
  [
    "file without end",
    ["run", "/dev/zero"],
    "error: /dev/zero is too large: found more than 1 MiB; allowed: at most 1 MiB. Describe clients in groups, not one by one\n",
  ],
  [
    "standard input empty",
    ["run", "-"],
    "error: standard input is not a valid scenario (1 problem):\n  the file is empty; a scenario is one JSON object { … }\n",
    "",
  ],
  [
    "standard input is no JSON",
    ["run", "-"],
    'error: standard input is not a valid scenario (1 problem):\n  this is not JSON: line 1, column 1: found "version"; a scenario is one JSON object { … }\n',
    "version: 1",
  ],
  [
    "standard input is no scenario",
    ["run", "-"],
    "error: standard input is not a valid scenario (3 problems):\n  title: is missing; it must be text\n  summary: is missing; it must be text\n  clients: is missing; it must be a list [ … ]\n",
    '{"version": 1, "name": "x"}',
  ],
  [
    "standard input is UTF-16",
    ["run", "-"],
    "error: standard input is saved as UTF-16; save it as UTF-8\n",
    new Uint8Array([0xff, 0xfe, 0x7b, 0]),
  ],
  [
    "standard input is Latin-1",
    ["run", "-"],
    "error: standard input is not UTF-8 text; a scenario is JSON text, saved as UTF-8\n",
    new Uint8Array([0x22, 0xe9, 0x22]),
  ],
  [
    "check --runs 0",
    ["check", LESSON, "--runs", "0"],
    "error: option '--runs <n>' argument '0' is invalid. It must be a whole number from 1 to 10,000,000.\n(add --help for how it is used)\n",
  ],
  [
    "check --runs 1e3",
    ["check", LESSON, "--runs", "1e3"],
    "error: option '--runs <n>' argument '1e3' is invalid. It must be a whole number from 1 to 10,000,000.\n(add --help for how it is used)\n",
  ],
  [
    "check --runs -5",
    ["check", LESSON, "--runs", "-5"],
    "error: option '--runs <n>' argument '-5' is invalid. It must be a whole number from 1 to 10,000,000.\n(add --help for how it is used)\n",
  ],
  [
    "check --runs 10000001",
    ["check", LESSON, "--runs", "10000001"],
    "error: option '--runs <n>' argument '10000001' is invalid. It must be a whole number from 1 to 10,000,000.\n(add --help for how it is used)\n",
  ],
  [
    "check --losses 21",
    ["check", LESSON, "--losses", "21"],
    "error: option '--losses <n>' argument '21' is invalid. It must be a whole number from 0 to 20.\n(add --help for how it is used)\n",
  ],
  [
    "check --crashes 6",
    ["check", LESSON, "--crashes", "6"],
    "error: option '--crashes <n>' argument '6' is invalid. It must be a whole number from 0 to 5.\n(add --help for how it is used)\n",
  ],
  [
    "check --workers 0",
    ["check", LESSON, "--workers", "0"],
    "error: option '--workers <n>' argument '0' is invalid. It must be a whole number from 1 to 64.\n(add --help for how it is used)\n",
  ],
  [
    "check --workers 65",
    ["check", LESSON, "--workers", "65"],
    "error: option '--workers <n>' argument '65' is invalid. It must be a whole number from 1 to 64.\n(add --help for how it is used)\n",
  ],
  [
    "check --depth 101",
    ["check", LESSON, "--depth", "101"],
    "error: option '--depth <n>' argument '101' is invalid. It must be a whole number from 0 to 100.\n(add --help for how it is used)\n",
  ],
  [
    "check --late-steps 0",
    ["check", LESSON, "--late-steps", "0"],
    "error: option '--late-steps <n>' argument '0' is invalid. It must be a whole number from 1 to 10.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard 0/2",
    ["check", LESSON, "--shard", "0/2"],
    "error: option '--shard <i/n>' argument '0/2' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard 3/2",
    ["check", LESSON, "--shard", "3/2"],
    "error: option '--shard <i/n>' argument '3/2' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard 1",
    ["check", LESSON, "--shard", "1"],
    "error: option '--shard <i/n>' argument '1' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard 1/2/3",
    ["check", LESSON, "--shard", "1/2/3"],
    "error: option '--shard <i/n>' argument '1/2/3' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard -1/2",
    ["check", LESSON, "--shard", "-1/2"],
    "error: option '--shard <i/n>' argument '-1/2' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard 1/0",
    ["check", LESSON, "--shard", "1/0"],
    "error: option '--shard <i/n>' argument '1/0' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --shard a/b",
    ["check", LESSON, "--shard", "a/b"],
    "error: option '--shard <i/n>' argument 'a/b' is invalid. It must be i/n, as 1/4: which of how many parts, from 1; or auto, or auto/n.\n(add --help for how it is used)\n",
  ],
  [
    "check --late -1",
    ["check", LESSON, "--late", "-1"],
    "error: option '--late <duration>' argument '-1' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h.\n(add --help for how it is used)\n",
  ],
  [
    "check --late without a unit",
    ["check", LESSON, "--late", "5"],
    "error: option '--late <duration>' argument '5' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h. Did you mean 5s?\n(add --help for how it is used)\n",
  ],
  [
    "check --late longer than a link may take",
    ["check", LESSON, "--late", "61s"],
    "error: option '--late <duration>' argument '61s' is invalid. It must be at most 60 s.\n(add --help for how it is used)\n",
  ],
  [
    "check --late on top of a latency",
    ["check", LESSON, "--late", "60s"],
    "error: --late: 60000 ms on top of network.client.latencyMs, 20 ms, is more than a packet may take; allowed: --late 59980ms at most\n",
  ],
  [
    "check --time 0",
    ["check", LESSON, "--time", "0"],
    "error: option '--time <duration>' argument '0' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h.\n(add --help for how it is used)\n",
  ],
  [
    "check --time 0s",
    ["check", LESSON, "--time", "0s"],
    "error: option '--time <duration>' argument '0s' is invalid. It must be a number and a unit: 500ms, 30s, 2m or 1h, at most 24h, and more than 0.\n(add --help for how it is used)\n",
  ],
  [
    "check --base-url foo",
    ["check", LESSON, "--base-url", "foo"],
    "error: option '--base-url <url>' argument 'foo' is invalid. It must be an address as http://localhost:4173/, without #.\n(add --help for how it is used)\n",
  ],
  [
    "check --page, as it was called before",
    ["check", LESSON, "--page", "http://x/"],
    "error: option '--page <url>' argument 'http://x/' is invalid. It is called --base-url now.\n(add --help for how it is used)\n",
  ],
  [
    "check --base-url http://x/#y",
    ["check", LESSON, "--base-url", "http://x/#y"],
    "error: option '--base-url <url>' argument 'http://x/#y' is invalid. It must be an address as http://localhost:4173/, without #.\n(add --help for how it is used)\n",
  ],
  [
    "check --base-url javascript:alert(1)",
    ["check", LESSON, "--base-url", "javascript:alert(1)"],
    "error: option '--base-url <url>' argument 'javascript:alert(1)' is invalid. It must be an address as http://localhost:4173/, without #.\n(add --help for how it is used)\n",
  ],
  [
    "check --depth without --exhaustive",
    ["check", LESSON, "--depth", "3"],
    "error: --depth goes with --exhaustive\n",
  ],
  [
    "check --exhaustive with --runs",
    ["check", LESSON, "--exhaustive", "--runs", "5"],
    "error: --exhaustive explores all runs; --runs is for random ones. Choose one of them\n",
  ],
  [
    "check --late-steps without --exhaustive",
    ["check", LESSON, "--late-steps", "2"],
    "error: --late-steps goes with --exhaustive\n",
  ],
  [
    "check --exhaustive with --shard",
    ["check", LESSON, "--exhaustive", "--shard", "1/2"],
    "error: an exhaustive search can't be cut into shards; --shard is for random runs\n",
  ],
  [
    "check --every-variant with --variant",
    ["check", LESSON, "--every-variant", "-V", "redis"],
    "error: found both --variant and --every-variant; choose one of them\n",
  ],
  [
    "check --every-variant with --shard",
    ["check", LESSON, "--every-variant", "--shard", "1/2"],
    "error: --shard goes with one variant; choose it with --variant\n",
  ],
  [
    'check --rule "deliver"',
    ["check", LESSON, "--rule", "deliver"],
    'error: there is no rule "deliver"; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three. Did you mean "delivery"?\n',
  ],
  [
    'check --rule "Order"',
    ["check", LESSON, "--rule", "Order"],
    'error: there is no rule "Order"; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three. Did you mean "order"?\n',
  ],
  [
    'check --rule ""',
    ["check", LESSON, "--rule", ""],
    'error: there is no rule ""; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three\n',
  ],
  [
    'check --rule "__proto__"',
    ["check", LESSON, "--rule", "__proto__"],
    'error: there is no rule "__proto__"; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three\n',
  ],
  [
    'check --rule "toString"',
    ["check", LESSON, "--rule", "toString"],
    'error: there is no rule "toString"; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three\n',
  ],
  [
    'check --rule "\\u001b[31m"',
    ["check", LESSON, "--rule", "\u001b[31m"],
    'error: there is no rule "\\u001b[31m"; rules: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three\n',
  ],
  [
    "check, unknown variant",
    ["check", LESSON, "-V", "nope"],
    'error: there is no variant "nope"; allowed: one-server, no-backplane, redis\n',
  ],
  [
    "check --junit into a folder that is not there",
    ["check", LESSON, "--junit", "/no/such/x.xml"],
    "error: can't write /no/such/x.xml: there is no such file or folder\n",
  ],
  [
    "check --junit onto a folder",
    ["check", LESSON, "--junit", "/"],
    "error: can't write /: it is a folder\n",
  ],
  [
    "check --junit without a name",
    ["check", LESSON, "--junit", ""],
    "error: can't write: the name of the file is empty\n",
  ],
  [
    "check --out where no folder can be",
    ["check", LESSON, "--out", "/proc/nope/deeper"],
    "error: can't write to /proc/nope/deeper: there is no such file or folder\n",
  ],
  [
    "check --out onto a file",
    ["check", LESSON, "--out", "/bin/sh"],
    "error: can't write to /bin/sh: it is no folder\n",
  ],
  [
    "check --out below a file",
    ["check", LESSON, "--out", "/bin/sh/x"],
    "error: can't write to /bin/sh/x: a part of the path is not a folder\n",
  ],
  [
    "check --out without a name",
    ["check", LESSON, "--out", ""],
    "error: --out: the name of the folder is empty\n",
  ],
  [
    "merge of nothing",
    ["merge"],
    "error: missing required argument 'report'\n(add --help for how it is used)\n",
  ],
  [
    "refute, unknown belief",
    ["refute", "sticky-brodcast"],
    `error: there is no belief "sticky-brodcast"; beliefs: ${[...BELIEFS, ...COMPUTED_BELIEFS].map(({ name }) => name).join(", ")}. Did you mean "sticky-broadcast"?\n`,
  ],
  [
    "refute, argument too many",
    ["refute", "sticky-broadcast", "x"],
    "error: too many arguments for 'refute'. Expected 1 argument but got 2.\n(add --help for how it is used)\n",
  ],
  [
    "refute, all and one",
    ["refute", "--all", "sticky-broadcast"],
    'error: --all is all of them: leave "sticky-broadcast" out\n',
  ],
  [
    "reproduce, unknown result",
    ["reproduce", "backof"],
    'error: there is no result "backof"; results: head-of-line, backoff, two-choices, rolling-deploy, cluster-slots, slowest-of-many, bloom, presence-news, deflate-memory, promises, erlang-c. Did you mean "backoff"?\n',
  ],
  [
    "cost, unknown input",
    ["cost", "--set", "conections=3"],
    `error: option '-s, --set <name=value>' argument 'conections=3' is invalid. There is no input "conections"; inputs: ${INPUT_NAMES.join(", ")}. Did you mean "connections"?\n(add --help for how it is used)\n`,
  ],
  [
    "cost, no number",
    ["cost", "--set", "budget=much"],
    "error: option '-s, --set <name=value>' argument 'budget=much' is invalid. budget: found \"much\"; allowed is a number from 0 to 1000000000, or «missing».\n(add --help for how it is used)\n",
  ],
  [
    "cost, nothing set",
    ["cost", "--set", "connections"],
    "error: option '-s, --set <name=value>' argument 'connections' is invalid. It must be name=value, as in connections=2000.\n(add --help for how it is used)\n",
  ],
  [
    "refute --seed -1",
    ["refute", "sticky-broadcast", "--seed", "-1"],
    "error: option '--seed <n>' argument '-1' is invalid. It must be a whole number from 0 to 4,294,967,295.\n(add --help for how it is used)\n",
  ],
  [
    "check --every-variant of a scenario without",
    ["check", "-", "--every-variant"],
    "error: this scenario has no variants; leave --every-variant out\n",
    '{"version":1,"name":"x","title":"x","summary":"x","clients":[{"name":"A"}]}',
  ],
  [
    "check of standard input with a rule that there is not",
    ["check", "-", "--junit", "/tmp/fanout-never-written.xml"],
    'error: standard input is not a valid scenario (1 problem):\n  rules.0: there is no rule "oder"; allowed: conservation, at-most-once, delivery, order, affinity, handshake-completes, no-idle-cut, half-open-noticed, within-limits, gapless, something-arrives, fallback-connects, stream-order, caught-up, recovered, told-once, within-budget, at-least-once, effectively-once, outcome-is-true, order-under-retry, no-ghost, nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, … (36 in all). Did you mean "order"?\n',
    '{"version":1,"name":"x","title":"x","summary":"x","clients":[{"name":"A"}],"rules":["oder"]}',
  ],
];

describe("bad command lines", () => {
  for (const [name, argv, message, input = ""] of CASES) {
    test(name, async () => {
      expect(await fanout(argv, input)).toEqual({ exit: 2, out: "", err: message });
    });
  }

  test.each([
    ["there is no lesson", ["run", "x".repeat(100_000)], "`fanout list` names all"],
    ["option '-s", ["run", LESSON, "--set", "so many words ".repeat(10_000)], "It must be path=value"],
    ["there is no variant", ["run", LESSON, "--variant", "x".repeat(100_000)], "allowed: "],
    [
      "there is no rule",
      ["check", LESSON, "--rule", "x".repeat(100_000)],
      "nobody-missing, filter-denies-nobody, bill-within-budget, context-survives, newest-wins, snapshot-continues, told-iff-done, stream-replays, stale-owner-noticed, said-before-stop, affinity-under-failure, order-per-server, order-everywhere, back-in-three",
    ],
    ["unknown command", ["x".repeat(100_000)], "--help"],
    ["can't read", ["merge", "x".repeat(100_000)], "the name is too long"],
    [
      "workload.y: the path leads nowhere",
      ["run", LESSON, "--set", `workload=[{"name":"${"x".repeat(100_000)}"}]`, "--set", "workload.y=1"],
      "there is: x",
    ],
  ])("an argument without end is shortened: %s", async (found, argv, allowed) => {
    const { exit, out, err } = await fanout(argv);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain(found);
    expect(err).toContain(allowed);
    expect(err.length).toBeLessThan(1500);
  });

  test("no command at all: the help, on standard error", async () => {
    const { exit, out, err } = await fanout([]);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain("Usage: fanout [options] [command]");
  });
});
