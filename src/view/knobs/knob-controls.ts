/** Knobs: their paths, what they are called, and which controls there are. */

import type { Json } from "../../run/address.ts";
import { humanise } from "../look/format.ts";

interface Common {
  readonly path: string;
  readonly label: string;
  readonly help: string;
  readonly value: Json;
}
export type KnobControl =
  | (Common & { readonly kind: "choice"; readonly options: readonly Json[] })
  | (Common & { readonly kind: "switch" })
  | (Common & {
      readonly kind: "number";
      /** What may stand there instead of a number: «none». */
      readonly words: readonly string[];
      /** The number, or the one that comes first if there is a word now. */
      readonly number: number;
      readonly whole: boolean;
      readonly min: number;
      readonly max: number;
      /** What the slider spans; the field beside it takes all of min … max. */
      readonly sliderMax: number;
      readonly step: number;
    })
  /** A value without a control of its own: shown, not turned. */
  | (Common & { readonly kind: "fixed" });

/**
 * «clients.A.count», «clients.0.count», «clients.*.count» → its parts: an entry of a list goes by number, by
 * name, or by * for all.
 */
export function splitPath(path: string): string[] {
  return path
    .replace(/\[(\d+)\]/g, ".$1")
    .split(".")
    .filter((part) => part !== "");
}

/** The value at a path of a document; undefined if there is none. */
export function valueAt(document: unknown, path: string): Json | undefined {
  return valuesAt(document, path)[0];
}

/** The values at a path: several where it says `*`. */
export function valuesAt(document: unknown, path: string): Json[] {
  let values: unknown[] = [document];
  for (const part of splitPath(path)) values = values.flatMap((value) => entriesAt(value, part));
  return values as Json[];
}

function entriesAt(value: unknown, part: string): unknown[] {
  if (Array.isArray(value)) {
    if (part === "*") return value;
    const entry = value.find((one) => (one as { name?: unknown })?.name === part) ?? value[Number(part)];
    return entry === undefined ? [] : [entry];
  }
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return [];
  return [(value as Record<string, unknown>)[part]];
}

const LABELS: Readonly<Record<string, string>> = {
  "balancer.policy": "Balancing policy",
  "servers.count": "Servers",
  "network.client.latencyMs": "Client latency (ms)",
  "network.client.loss": "Client packet loss",
  "network.proxy.latencyMs": "Proxy latency (ms)",
  "network.proxy.loss": "Proxy packet loss",
  "network.server.latencyMs": "Server latency (ms)",
  "network.backplane.latencyMs": "Backplane latency (ms)",
};

/** Fields whose names say too little. */
const LEAF_LABELS: Readonly<Record<string, string>> = {
  loss: "Packet loss",
  backoff: "Back-off",
  acksEntries: "Acknowledges entries",
};

/** What a knob is called. */
export function knobLabel(path: string, document?: unknown): string {
  if (LABELS[path]) return LABELS[path];
  const parts = splitPath(path);
  const last = LEAF_LABELS[parts.at(-1) ?? ""] ?? humanise(parts.at(-1) ?? path);
  if (parts.length < 2) return last;
  if ((parts[0] === "clients" || parts[0] === "proxies") && parts.length > 2) {
    if (parts[1] === "*") return `${last}, all ${parts[0]}`;
    const group = valueAt(document, `${parts[0]}.${parts[1]}.name`);
    return `${last}, ${typeof group === "string" ? group : parts[1]}`;
  }
  if (parts[0] === "network" && parts[1] === "links" && parts.length > 2) return `${last}, ${parts[2]}`;
  const context = parts.slice(0, -1).filter((p) => !/^\d+$/.test(p));
  const of = humanise(context[context.length - 1]);
  return last === "Kind" ? of : `${of}: ${last.charAt(0).toLowerCase()}${last.slice(1)}`;
}

/** «redis» → «Redis», «ip-hash» → «IP hash», «round-robin» → «Round robin». */
export function optionLabel(value: Json): string {
  const known: Record<string, string> = {
    "ip-hash": "IP hash",
    "polling-first": "Polling first",
    websocket: "WebSocket",
    "websocket-first": "WebSocket first",
    webtransport: "WebTransport",
    sse: "Event stream",
    redis: "Redis",
    history: "Redis with history",
    none: "None",
  };
  const text = String(value);
  return known[text] ?? text.charAt(0).toUpperCase() + text.slice(1).replace(/-/g, " ");
}
