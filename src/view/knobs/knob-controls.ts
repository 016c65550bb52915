/** Which control a knob gets: read from the JSON Schema of the scenario format, so nothing is said twice. */

import type { Json } from "../../run/address.ts";
import { humanise } from "../look/format.ts";

/** The parts of JSON Schema that are looked at. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

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
function splitPath(path: string): string[] {
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

function resolve(root: Schema, schema: Schema | undefined): Schema | undefined {
  let at = schema;
  for (let hops = 0; at?.$ref && hops < 20; hops++)
    at =
      root.$defs?.[
        at.$ref
          .replace(/^#\/\$defs\//, "")
          .replace(/~1/g, "/")
          .replace(/~0/g, "~")
      ];
  return at;
}

/** All schemas that may hold at a path. */
function schemasAt(root: Schema, path: string): Schema[] {
  let at = alternatives(root, root);
  for (const part of splitPath(path))
    at = at.flatMap((s) => {
      const next = s.items ?? s.properties?.[part] ?? anyOther(s);
      return next ? alternatives(root, next) : [];
    });
  return at;
}

/** What holds of fields with names of one’s own. */
function anyOther({ additionalProperties: other }: Schema): Schema | undefined {
  return typeof other === "object" ? other : undefined;
}

function alternatives(root: Schema, schema: Schema): Schema[] {
  const at = resolve(root, schema);
  if (!at) return [];
  const parts = [...(at.anyOf ?? []), ...(at.allOf ?? [])];
  if (parts.length === 0) return [at];
  return parts
    .flatMap((p) => alternatives(root, p))
    .map((p) => ({ description: at.description ?? "", ...p }));
}

/** A round number a few times above x: where a slider may end. */
function comfortable(x: number): number {
  const target = Math.max(x * 4, 1e-3);
  const power = 10 ** Math.floor(Math.log10(target));
  for (const m of [1, 2, 5, 10]) if (m * power >= target) return m * power;
  return 10 * power;
}

const LABELS: Readonly<Record<string, string>> = {
  "balancer.policy": "Balancing policy",
  "backplane.kind": "Backplane",
  "servers.count": "Servers",
  "network.client.latencyMs": "Client latency (ms)",
  "network.client.loss": "Client packet loss",
  "network.proxy.latencyMs": "Proxy latency (ms)",
  "network.proxy.loss": "Proxy packet loss",
  "network.server.latencyMs": "Server latency (ms)",
  "network.backplane.latencyMs": "Backplane latency (ms)",
};

/** Fields whose names say too little. */
const LEAF_LABELS: Readonly<Record<string, string>> = { loss: "Packet loss" };

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
  return `${humanise(context[context.length - 1])}: ${last.charAt(0).toLowerCase()}${last.slice(1)}`;
}

/** The control for one knob, from its schema and its present value. */
export function knobControl(
  root: Schema,
  document: unknown,
  path: string,
  base = valueAt(document, path),
): KnobControl {
  const value = valueAt(document, path) ?? null;
  const schemas = schemasAt(root, path);
  const common = {
    path,
    value,
    label: knobLabel(path, document),
    help: schemas.find((s) => s.description)?.description ?? "",
  };
  const options = schemas.flatMap((s) => s.enum ?? (s.const !== undefined ? [s.const] : []));
  if (options.length > 0 && options.includes(value)) return { ...common, kind: "choice", options };
  if (typeof value === "boolean") return { ...common, kind: "switch" };
  const numeric = schemas.find((s) => s.type === "integer") ?? schemas.find((s) => s.type === "number");
  if (typeof value === "number" && numeric) {
    const whole = numeric.type === "integer";
    const min = numeric.minimum ?? 0;
    const max = numeric.maximum ?? Number.MAX_SAFE_INTEGER;
    const from = Math.max(typeof base === "number" ? base : 0, value);
    const sliderMax =
      max <= 1
        ? max
        : whole && max <= 64
          ? Math.min(max, 8 >= from ? 8 : max)
          : Math.min(max, comfortable(Math.max(from, 1)));
    const step = whole
      ? 1
      : max <= 1
        ? 0.01
        : sliderMax <= 10
          ? 0.1
          : sliderMax <= 1000
            ? 1
            : 10 ** Math.floor(Math.log10(sliderMax / 100));
    return { ...common, kind: "number", whole, min, max, sliderMax, step };
  }
  return { ...common, kind: "fixed" };
}

/** «redis» → «Redis», «ip-hash» → «IP hash», «round-robin» → «Round robin». */
export function optionLabel(value: Json): string {
  const known: Record<string, string> = {
    "ip-hash": "IP hash",
    "polling-first": "Polling first",
    websocket: "WebSocket",
    redis: "Redis",
    none: "None",
  };
  const text = String(value);
  return known[text] ?? text.charAt(0).toUpperCase() + text.slice(1).replace(/-/g, " ");
}
