/** Scenarios broken at random, knowing what scenarios look like: keys deleted, doubled, replaced and retargeted. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { lessonFile } from "../../src/cli/lessons.ts";
import { scenarios } from "../support/scenarios.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const lesson = (name: string) => JSON.parse(readFileSync(lessonFile(name), "utf8")) as Json;

/** Uses every field of the format. */
export const everything = {
  $schema: "../scenario.schema.json",
  version: 1,
  name: "everything",
  title: "Everything",
  summary: "Every field of the format is used.",
  seed: 7,
  durationMs: 4000,
  clients: [
    { name: "A", transport: "websocket", address: "203.0.113.7" },
    {
      name: "b",
      count: 12,
      transport: "polling-first",
      startMs: 10,
      startGapMs: 5,
      roomSize: 4,
      address: "10.0.0.1",
      addressSpread: "shared",
      cookies: false,
      reconnectionDelayMs: 100,
      reconnectionDelayMaxMs: 500,
      randomizationFactor: 0.2,
    },
    { name: "c", count: 3, startConnected: true },
  ],
  balancer: { policy: "sticky-cookie", idleTimeoutMs: 2000, failTimeoutMs: 1000 },
  servers: { count: 3, pingIntervalMs: 700, pingTimeoutMs: 500, upgradeTimeoutMs: 300 },
  backplane: { kind: "redis" },
  network: {
    client: {
      latencyMs: { distribution: "exponential", minMs: 5, meanMs: 10 },
      loss: { good: 0.01, bad: 0.5, meanGoodMs: 300, meanBadMs: 50 },
    },
    server: { latencyMs: { distribution: "uniform", minMs: 0, maxMs: 2 }, loss: 0 },
    backplane: { latencyMs: { distribution: "normal", meanMs: 1, sdMs: 0.5 }, loss: 0.001 },
  },
  workload: [
    { from: "A", to: "others", atMs: 500 },
    { from: "b", to: "room", everyMs: { minMs: 100, maxMs: 300 }, firstMs: 50, untilMs: 3000 },
    { from: "b-3", to: "A", everyMs: 250, firstMs: { minMs: 1, maxMs: 40 } },
    { from: "c", to: "everyone", atMs: 0 },
  ],
  faults: [
    { atMs: 600, act: "crash", target: "server-1" },
    { atMs: 900, act: "restart", target: "server-1" },
    { atMs: 1000, act: "freeze", target: "backplane" },
    { atMs: 1200, act: "resume", target: "backplane" },
    { atMs: 1300, act: "cut", target: "b-2/balancer" },
    { atMs: 1500, act: "heal", target: "b-2/balancer" },
    { atMs: 1600, act: "crash", target: "balancer" },
    { atMs: 1700, act: "restart", target: "balancer" },
    { atMs: 1800, act: "cut", target: "balancer/server-2" },
    { atMs: 1900, act: "cut", target: "server-3/backplane" },
  ],
  choices: { "latency client up": [0, 7, 4_294_967_295], loss: [1], balancing: [] },
  rules: ["conservation", "delivery", "few", "soon", "in-order"],
  ownRules: {
    few: {
      type: "count",
      statement: "Few are lost.",
      of: { event: "lost", client: "A", server: "server-1", cause: "no-backplane" },
      per: "message",
      atMost: 3,
    },
    soon: {
      type: "within",
      statement: "Who asks is answered soon.",
      from: { event: "request", server: "server-2" },
      to: { event: "response", status: 200 },
      per: "client",
      withinMs: 500,
      share: 0.9,
    },
    "in-order": {
      type: "order",
      statement: "What arrives was sent.",
      first: { event: "message" },
      // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
      then: { event: "delivered", client: "b-3" },
      per: "message",
    },
  },
  variants: {
    plain: {
      title: "Plain",
      breaks: ["delivery", "few"],
      set: { "backplane.kind": "none", "clients.*.transport": "websocket" },
    },
    slow: {
      title: "Slow",
      summary: "Slower.",
      set: { "network.client.latencyMs": 200, "clients.b.roomSize": 2 },
    },
  },
  knobs: ["servers.count", "clients.*.transport", "network.client.loss", "workload.1.everyMs"],
  notice: ["First.", "Second."],
};

const NAMES = [
  "A",
  "b",
  "b-1",
  "b-12",
  "b-13",
  "b-01",
  "c",
  "c-3",
  "server",
  "server-1",
  "server-4",
  "server-99",
  "backplane",
  "balancer",
  "others",
  "everyone",
  "room",
  "A/balancer",
  "b/balancer",
  "balancer/server-2",
  "server-2/backplane",
  "a/b/c",
  "",
  "/",
  "end",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "redis",
  "none",
  "websocket",
  "polling",
  "round-robin",
  "ip-hash",
  "crash",
  "restart",
  "freeze",
  "resume",
  "cut",
  "heal",
  "uniform",
  "normal",
  "exponential",
  "0.0.0.0",
  "255.255.255.255",
  "999.1.1.1",
  "servers.count",
  "clients.*.transport",
  "clients.A",
  "clients.0.count",
  "workload.*.atMs",
  "variants.plain",
  "faults.*.atMs",
  "seed",
  "delivery",
  "few",
  "count",
  "within",
  "order",
  "delivered",
  "lost",
  "no-backplane",
  "message",
  "run",
  "copy",
  "loss",
  "..",
  "\ud800",
  "\u0000",
  "\u001b[31m",
  "é",
  "𝒳",
  "a".repeat(70),
  "x".repeat(2001),
];

const KEYS = [
  "atMs",
  "everyMs",
  "firstMs",
  "untilMs",
  "from",
  "to",
  "count",
  "name",
  "roomSize",
  "startConnected",
  "startMs",
  "startGapMs",
  "transport",
  "minMs",
  "maxMs",
  "meanMs",
  "sdMs",
  "distribution",
  "good",
  "bad",
  "meanGoodMs",
  "meanBadMs",
  "latencyMs",
  "loss",
  "kind",
  "policy",
  "act",
  "target",
  "set",
  "title",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
  "0",
  "",
  "clients",
  "servers",
  "variants",
  "knobs",
  "rules",
  "ownRules",
  "choices",
  "breaks",
  "type",
  "statement",
  "of",
  "per",
  "atMost",
  "atLeast",
  "first",
  "then",
  "withinMs",
  "share",
  "event",
  "cause",
  "status",
  "loss",
  "size",
  "extra",
];

const NUMBERS = [
  0,
  -0,
  1,
  2,
  3,
  5,
  10,
  60,
  64,
  65,
  100,
  -1,
  0.5,
  0.001,
  0.0004,
  1e-9,
  5e-324,
  999.9996,
  60_000,
  86_400_000,
  86_400_001,
  2147483,
  2147484,
  4294967,
  3_600_000,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1e308,
];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}) },
);

export const replacement: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>(
      { minMs: 1, maxMs: 3 },
      { minMs: 3, maxMs: 1 },
      { minMs: 0, maxMs: 86_400_000 },
      { distribution: "uniform", minMs: 0, maxMs: 60_000 },
      { distribution: "normal", meanMs: 60_000, sdMs: 60_000 },
      { distribution: "exponential", minMs: 60_000, meanMs: 60_000 },
      { distribution: "gauss", minMs: 1 },
      { good: 1, bad: 1, meanGoodMs: 0.001, meanBadMs: 0.001 },
      { good: 0, bad: 1, meanGoodMs: 86_400_000, meanBadMs: 86_400_000 },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json> },
);

type Mutation = {
  kind: "delete" | "replace" | "copy" | "rename" | "add" | "double";
  at: number;
  other: number;
  key: string;
  value: Json;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("delete", "replace", "replace", "replace", "copy", "rename", "add", "double"),
  at: fc.nat(10_000),
  other: fc.nat(10_000),
  key: fc.constantFrom(...KEYS),
  value: replacement,
});

interface Place {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string;
}

function placesOf(value: Json, found: Place[] = []): Place[] {
  if (value === null || typeof value !== "object") return found;
  for (const key of Object.keys(value)) {
    found.push({ parent: value, key });
    placesOf((value as { [key: string]: Json })[key]!, found);
  }
  return found;
}

/** Defines rather than assigns, so that `__proto__` becomes a field as JSON.parse would make it one. */
function put(parent: Place["parent"], key: string, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function mutate(document: Json, { kind, at, other, key, ...rest }: Mutation): void {
  const value = structuredClone(rest.value);
  const places = placesOf(document);
  if (places.length === 0) return;
  const place = places[at % places.length]!;
  const { parent } = place;
  const here = (parent as { [key: string]: Json })[place.key]!;
  const source = places[other % places.length]!;
  const there = structuredClone((source.parent as { [key: string]: Json })[source.key]!);
  switch (kind) {
    case "delete":
      if (Array.isArray(parent)) parent.splice(Number(place.key), 1);
      else delete parent[place.key];
      return;
    case "replace":
      return put(parent, place.key, value);
    case "copy":
      return put(parent, place.key, there);
    case "rename":
      if (Array.isArray(parent)) return;
      delete parent[place.key];
      return put(parent, key, here);
    case "add":
      if (Array.isArray(parent)) parent.push(value);
      else put(parent, key, value);
      return;
    case "double":
      if (Array.isArray(parent)) parent.push(structuredClone(here));
      else put(parent, `${place.key}2`, structuredClone(here));
  }
}

const base: fc.Arbitrary<Json> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(everything as Json) },
  { weight: 2, arbitrary: fc.constantFrom(lesson("broadcast-across-servers"), lesson("polling-handshake")) },
  { weight: 1, arbitrary: scenarios as fc.Arbitrary<unknown> as fc.Arbitrary<Json> },
);

/** A document with up to four mutations. */
export function mutated(documents: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(documents, fc.array(mutation, { maxLength: 4 })).map(([document, mutations]) => {
    const copy = structuredClone(document);
    for (const each of mutations) mutate(copy, each);
    return copy;
  });
}

export const mutatedScenario = mutated(base);

/** The text of a document with pieces cut out, doubled or thrown in. */
export function damaged(documents: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  return fc
    .tuple(
      documents,
      fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          cut: fc.nat(20),
          insert: fc.oneof(
            fc.constantFrom(
              "",
              ",",
              "}",
              "]",
              "{",
              "[",
              '"',
              ":",
              "//",
              "/*",
              "'",
              "\\",
              "\\u12",
              "\n",
              "NaN",
              "-",
              "1e999",
              "01",
              "\u0000",
              "\ufeff",
              "null",
              "tru",
              ' "version": 1,',
            ),
            fc.string({ unit: "binary", maxLength: 5 }),
          ),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      fc.boolean(),
    )
    .map(([document, edits, pretty]) => {
      let text = JSON.stringify(document, null, pretty ? 2 : 0);
      for (const { at, cut, insert } of edits) {
        const index = Math.floor(at * text.length);
        text = text.slice(0, index) + insert + text.slice(index + cut);
      }
      return text;
    });
}

export const mutatedText = damaged(base);

/** Any JSON, its keys often those of scenarios. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, scalar, tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 4 }),
    object: fc
      .array(fc.tuple(fc.constantFrom(...KEYS, ...Object.keys(everything)), tie("value")), { maxLength: 8 })
      .map((entries) => {
        const object = {};
        for (const [key, value] of entries) put(object, key, value as Json);
        return object;
      }),
  })).object,
);
