/**
 * Parsing a scenario. The document is untrusted: its size and depth are bounded, it is validated against the schema and then
 * against itself (names that refer to nothing, acts that do not apply, variants that would be invalid). A
 * document is accepted whole or not at all; every error says where, what was found, and what is allowed.
 */
import type { z } from "zod";
import { POLICIES, type PolicyName } from "../model/balancer/policies/index.ts";
import type { Policy } from "../model/balancer/policies/policy.ts";
import { type Column, RECORDS } from "../model/trace/records.ts";
import { FIXED_FIELDS, fieldsAt, isSingleValue, numberAt, optionsAt } from "./fields.ts";
import { readJson } from "./json.ts";
import {
  AUDIENCE_WORDS,
  BACKPLANE,
  BALANCER,
  type FaultProblem,
  faultTargets,
  GATEWAY,
  isForLinks,
  linksNamed,
  namesOf,
  resolveFaultTarget,
  type ScenarioNames,
  serverIndex,
} from "./names.ts";
import type { EventPattern, OwnRule } from "./own-rule.ts";
import { followPath, hasAt, resolvePath } from "./path.ts";
import { RULE_EVENTS, RULE_NAMES, type RuleEvent, type RuleScope, SCOPE_VALUES } from "./rules.ts";
import { LIMITS, type Scenario, scenarioSchema } from "./schema.ts";
import { applySettings } from "./settings.ts";
import { suggest } from "./suggest.ts";
import { list, quote } from "./words.ts";

export interface ParseError {
  /** Path in the document, as `clients.0.count`; empty for the document itself. */
  readonly path: string;
  /** What was found, what is allowed, and what to do. */
  readonly message: string;
}

export type ParseResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly errors: readonly ParseError[] };

/** More errors than this are not reported: one mistake can cause many. */
const MAX_ERRORS = 20;
/** Further fields that no knob may open: texts, and names to which other fields refer. */
const NO_KNOB = ["title", "summary", "notice"];

/** Parses the text of a scenario file. */
export function parseScenario(text: string): ParseResult {
  if (text.length > LIMITS.fileBytes)
    return fail(
      "",
      `the file has ${text.length} characters; allowed: at most ${LIMITS.fileBytes}. Describe clients in groups, not one by one`,
    );
  // Some editors begin a file with a byte order mark.
  const read = readJson(text.startsWith("\ufeff") ? text.slice(1) : text, LIMITS.depth);
  if ("problem" in read) return { ok: false, errors: [read.problem] };
  return validateScenario(read.value);
}

/** Validates a document that is no longer text. */
export function validateScenario(document: unknown): ParseResult {
  return validate(document, true);
}

function validate(document: unknown, withVariants: boolean): ParseResult {
  const strange = findStrange(document, LIMITS.depth, []);
  if (strange !== null) return { ok: false, errors: [strange] };
  const parsed = safeParse(document);
  if (typeof parsed === "string") return fail("", `this document can't be checked: ${parsed}`);
  if (!parsed.success) return { ok: false, errors: explainAll(parsed.error.issues, document) };
  const scenario = parsed.data;
  const errors = [...checkReferences(scenario), ...checkServers(scenario), ...checkRules(scenario)];
  // If the scenario itself is wrong, its variants would say the same again.
  if (withVariants && errors.length === 0)
    errors.push(...checkVariants(scenario), ...checkExpected(scenario), ...checkKnobs(scenario));
  return errors.length === 0 ? { ok: true, scenario } : { ok: false, errors: errors.slice(0, MAX_ERRORS) };
}

/** The last defence against documents that nobody thought of: an exception of the schema library is an error in the document. */
function safeParse(document: unknown) {
  try {
    return scenarioSchema.safeParse(document);
  } catch (error) {
    return (error as Error).message;
  }
}

/** The errors as lines of text. */
export function formatErrors(errors: readonly ParseError[]): string {
  return errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n");
}

function fail(path: string, message: string): ParseResult {
  return { ok: false, errors: [{ path, message }] };
}

/** What no schema should have to think of: nesting without end, names that JavaScript takes for its own, half characters. */
function findStrange(value: unknown, depth: number, keys: string[]): ParseError | null {
  if (typeof value === "string")
    return isWhole(value)
      ? null
      : {
          path: pathText(keys),
          message: `found ${quote(value)}; it contains half of a character (a lone surrogate)`,
        };
  if (value === null || typeof value !== "object") return null;
  if (depth === 0)
    return { path: "", message: `nested deeper than ${LIMITS.depth} levels; a scenario needs eight` };
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || !isWhole(key))
      return {
        path: pathText(keys),
        message: `found a field named ${quote(key)}, which is not allowed anywhere`,
      };
    const child = (value as Record<string, unknown>)[key];
    // Zod asks whatever stands in place of a text or a list for these two, and can't compare them if they are objects.
    if ((key === "length" || key === "size") && child !== null && typeof child === "object" && !isFree(keys))
      return { path: pathText([...keys, key]), message: "there is no such field" };
    keys.push(key);
    const strange = findStrange((value as Record<string, unknown>)[key], depth - 1, keys);
    if (strange !== null) return strange;
    keys.pop();
  }
  return null;
}

/** Whether names of people's own stand at a place: variants, what they set, and rules. */
function isFree(keys: readonly string[]): boolean {
  return (
    (keys[0] === "variants" && (keys.length === 1 || keys[2] === "set")) ||
    (keys[0] === "ownRules" && keys.length === 1)
  );
}

function isWhole(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A place as it is shown. A key that is not a plain name, such as one in a variant's `set`, stands in brackets. */
function pathText(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, i) => {
      const name = String(key);
      if (/^[\w$*-]{1,60}$/.test(name)) return i === 0 ? name : `.${name}`;
      return `[${quote(name)}]`;
    })
    .join("");
}

function explainAll(issues: readonly z.core.$ZodIssue[], document: unknown): ParseError[] {
  // One error a place: what comes after the first is mostly its consequence.
  const errors = new Map<string, ParseError>();
  for (const issue of issues) {
    for (const error of explain(issue, document)) if (!errors.has(error.path)) errors.set(error.path, error);
    if (errors.size >= MAX_ERRORS) break;
  }
  return [...errors.values()].slice(0, MAX_ERRORS);
}

/** One schema issue in our words. */
function explain(issue: z.core.$ZodIssue, document: unknown): ParseError[] {
  const path = pathText(issue.path);
  const found = followPath(document, issue.path.map(String));
  switch (issue.code) {
    case "unrecognized_keys": {
      const fields = fieldsAt(issue.path, found);
      return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
        path: pathText([...issue.path, key]),
        message: `there is no such field; ${issue.path.length === 0 ? "allowed" : "allowed here"}: ${list(fields, 30)}${suggest(key, fields)}`,
      }));
    }
    case "invalid_value":
      return [{ path, message: wrongChoice(found, issue.values) }];
    case "invalid_type":
      return [{ path, message: wrongType(issue.path, found, issue.expected) }];
    case "too_big":
      if (typeof found === "number")
        return [{ path, message: `found ${quote(found)}; allowed: ${numberWords(issue.path)}` }];
      return [
        {
          path,
          message: `found ${measure(found, issue.origin)}; allowed: at most ${issue.maximum}${unit(issue.origin, Number(issue.maximum))}`,
        },
      ];
    case "too_small":
      if (typeof found === "number")
        return [{ path, message: `found ${quote(found)}; allowed: ${numberWords(issue.path)}` }];
      return [
        {
          path,
          message: `found ${measure(found, issue.origin)}; allowed: at least ${issue.minimum}${unit(issue.origin, Number(issue.minimum))}`,
        },
      ];
    case "invalid_union":
      return explainUnion(issue, document);
    case "invalid_key": {
      const format =
        issue.issues[0]?.code === "invalid_format" ? issue.issues[0].message : "1 to 200 characters";
      return [{ path, message: `found ${quote(issue.path.at(-1))} as a name; allowed: ${format}` }];
    }
    case "invalid_format":
      return [
        {
          path,
          message: `found ${quote(found)}; allowed: ${issue.format === "ipv4" ? "an IPv4 address, as 203.0.113.1" : issue.message}`,
        },
      ];
    default:
      return [{ path, message: issue.message }];
  }
}

function wrongChoice(found: unknown, values: readonly unknown[]): string {
  // «"2"» is not 2.
  const isWord = (value: unknown) => typeof value === "string" && Number.isNaN(Number(value));
  const allowed = list(values.map((value) => (isWord(value) ? String(value) : quote(value))));
  if (found === undefined)
    return `is missing; ${values.length === 1 ? `it must be ${quote(values[0])}` : `allowed: ${allowed}`}`;
  return `found ${quote(found)}; ${values.length === 1 ? `it must be ${quote(values[0])}` : `allowed: ${allowed}`}${typeof found === "string" ? suggest(found, values.map(String)) : inQuotes(found, values)}`;
}

/** 2 where «"2"» is expected. */
function inQuotes(found: unknown, values: readonly unknown[]): string {
  // An object may say of itself how it becomes text, or that it does not.
  const meant = typeof found === "object" ? undefined : values.find((value) => value === String(found));
  return meant === undefined ? "" : `. Did you mean ${quote(meant)}? It is a text, and has quotes`;
}

function wrongType(path: readonly PropertyKey[], found: unknown, expected: string): string {
  const isNumber = expected === "number" || expected === "int";
  const allowed = isNumber ? numberWords(path) : article(expected);
  if (found === undefined) return `is missing; it must be ${allowed}`;
  return `found ${quote(found)}; it must be ${allowed}${isNumber ? numberHint(path, found) : ""}`;
}

/** «"redis"» where an object is expected whose kind is that. */
function kindHint(path: readonly PropertyKey[], found: unknown): string {
  const isKind = typeof found === "string" && optionsAt([...path, "kind"]).includes(found);
  return isKind ? `. Did you mean ${pathText([...path, "kind"])}?` : "";
}

/** «a whole number from 1 to 64». */
function numberWords(path: readonly PropertyKey[]): string {
  const { whole, min, max } = numberAt(path);
  return `${whole ? "a whole number" : "a number"}${min === null || max === null ? "" : ` from ${min} to ${max}`}`;
}

/** «30s» where milliseconds are expected, «"5"» where 5 is: what was probably meant. */
function numberHint(path: readonly PropertyKey[], found: unknown): string {
  if (typeof found !== "string") return "";
  const [, digits = "", unitName = ""] =
    /^\s*(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|min|h)?\s*$/.exec(found) ?? [];
  if (digits === "") return "";
  const factor = unitName === "" ? 1 : { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unitName]!;
  if (unitName !== "" && !/Ms$/.test(String(path.findLast((key) => /[a-z]/i.test(String(key)))))) return "";
  return `. Write ${Number(digits) * factor}${unitName === "" ? ", without quotes" : " (milliseconds)"}`;
}

/** For a field that takes one of several shapes: the errors of the shape that was meant, if that is clear. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, document: unknown): ParseError[] {
  const found = followPath(document, issue.path.map(String));
  // Shapes that are told apart by a field, and the field says none of them.
  if (issue.errors.length === 0)
    return [{ path: pathText(issue.path), message: wrongChoice(found, optionsAt(issue.path)) }];
  const inPlace = (inner: z.core.$ZodIssue) =>
    ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue;
  // A shape whose own type does not fit was not meant, nor a word that is not there.
  const fitting = issue.errors.filter(
    (issues) =>
      !issues.some(
        ({ path, code }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value"),
      ),
  );
  // Shapes that are told apart by a field: if it fits none, that is the error.
  const tags = fitting.map((issues) =>
    issues.find(
      (inner) => inner.path.length === 1 && inner.code === "invalid_value" && inner.values.length === 1,
    ),
  );
  if (fitting.length > 1 && tags.every((tag) => tag?.code === "invalid_value")) {
    const values = tags.flatMap((tag) => (tag?.code === "invalid_value" ? tag.values : []));
    return explain(inPlace({ ...tags[0], values } as z.core.$ZodIssue), document);
  }
  const meant = fitting.filter((_, i) => tags[i] === undefined).sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined) return meant.flatMap((inner) => explain(inPlace(inner), document));
  const shapes = issue.errors.flatMap(([inner]) => {
    if (inner?.code === "invalid_value") return inner.values.map(quote);
    if (inner?.code !== "invalid_type") return "another value";
    return inner.expected === "number" ? numberWords(issue.path) : article(inner.expected);
  });
  const isNumber = issue.errors.some(
    (issues) => issues[0]?.code === "invalid_type" && issues[0].expected === "number",
  );
  const hint = isNumber ? numberHint(issue.path, found) : kindHint(issue.path, found);
  return [
    {
      path: pathText(issue.path),
      message: `${found === undefined ? "is missing" : `found ${quote(found)}`}; it must be ${[...new Set(shapes)].join(" or ")}${hint}`,
    },
  ];
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object { … }",
  record: "an object { … }",
  array: "a list [ … ]",
};

function article(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

function measure(found: unknown, origin: string): string {
  if (origin === "string")
    return typeof found === "string" && found.length > 0 ? `${found.length} characters` : "an empty text";
  if (origin === "array")
    return (found as unknown[]).length === 0 ? "an empty list" : `${(found as unknown[]).length} entries`;
  return quote(found);
}

function unit(origin: string, value: number): string {
  if (origin === "string") return value === 1 ? " character" : " characters";
  return origin === "array" ? (value === 1 ? " entry" : " entries") : "";
}

/** nginx refuses a list on which somebody stands by where it hashes or draws (FACTS §3). */
function checkServers({ balancer: { policy, servers } }: Scenario): ParseError[] {
  const knowing = (Object.keys(POLICIES) as PolicyName[]).filter(knowsBackups);
  if (knowing.includes(policy)) return [];
  return Object.entries(servers).flatMap(([name, { backup }]) =>
    backup === true
      ? [
          {
            path: `balancer.servers.${name}.backup`,
            message: `found true with the policy ${policy}: nginx refuses backup where it hashes or draws. Take it away, or choose ${list(knowing)}`,
          },
        ]
      : [],
  );
}

function knowsBackups(name: PolicyName): boolean {
  const policy: Policy = POLICIES[name];
  return policy.knowsBackups === true;
}

function checkReferences(scenario: Scenario): ParseError[] {
  const { clients, workload, network } = scenario;
  const count = clients.reduce((sum, group) => sum + group.count, 0);
  if (count > LIMITS.clients)
    return [
      { path: "clients", message: `found ${count} clients in all; allowed: at most ${LIMITS.clients}` },
    ];
  const names = namesOf(scenario);
  const errors = checkNames(scenario, names);
  const more = () => errors.length < MAX_ERRORS;
  let senders = 0;
  for (const [i, send] of workload.entries()) {
    if (!more()) return errors;
    const sendingClients = names.client.count(send.from);
    const sending = sendingClients === 0 ? names.senders(send.from).length : sendingClients;
    senders += sending;
    if (sending === 0)
      errors.push({
        path: `workload.${i}.from`,
        message: `there is no client, group or server ${quote(send.from)}; ${whoThereIs(scenario, send.from)}`,
      });
    else if (sendingClients === 0 && (send.to === "room" || send.to === "server"))
      errors.push({
        path: `workload.${i}.to`,
        message: `found ${quote(send.to)}, which goes with a client as sender; from ${send.from} allowed: others, everyone, or one client`,
      });
    if ((AUDIENCE_WORDS as readonly string[]).includes(send.to) || names.client.has(send.to)) continue;
    const group = clients.find(({ name }) => name === send.to);
    errors.push({
      path: `workload.${i}.to`,
      message:
        group === undefined
          ? `there is no client ${quote(send.to)}; allowed: ${AUDIENCE_WORDS.join(", ")}, or one client; ${whoThereIs(scenario, send.to, AUDIENCE_WORDS)}`
          : `${quote(send.to)} is a group of ${group.count}; allowed: ${AUDIENCE_WORDS.join(", ")}, or one client, as ${send.to}-1`,
    });
  }
  if (senders > LIMITS.senders)
    errors.push({
      path: "workload",
      message: `found ${senders} senders, summed over all lines; allowed: at most ${LIMITS.senders}`,
    });
  errors.push(...checkFaults(scenario, names, MAX_ERRORS - errors.length));
  for (const name of Object.keys(network.links)) {
    if (!more()) return errors;
    if (linksNamed(scenario, names, name) !== null) continue;
    const allowed = faultTargets(scenario, names).filter((target) => target.includes("/"));
    errors.push({
      path: pathText(["network", "links", name]),
      message: `there is no link ${quote(name)}; allowed: ${list(allowed)}${suggest(name, allowed)}`,
    });
  }
  return errors;
}

/** What is wrong with the faults, in at most so many errors. */
function checkFaults(scenario: Scenario, names: ScenarioNames, most: number): ParseError[] {
  const { faults } = scenario;
  const errors: ParseError[] = [];
  let struck = 0;
  /** By the packet: the first fault about it. */
  const packets = new Map<string, number>();
  for (const [i, fault] of faults.entries()) {
    if (errors.length >= most) return errors;
    const target = resolveFaultTarget(scenario, names, fault);
    if (!("problem" in target) && target.kind === "link") struck += target.numbers.length;
    if (struck > LIMITS.struckLinks) {
      errors.push({
        path: "faults",
        message: `found more than ${LIMITS.struckLinks} links that are struck, summed over all faults; allowed: at most ${LIMITS.struckLinks}`,
      });
      return errors;
    }
    if ("problem" in target) {
      errors.push(wrongTarget(scenario, names, i, target));
    } else if ("packet" in fault) {
      // By the link's number: a link may have two names, as `*/balancer` where there is one client.
      const packet = `${target.numbers[0]} ${fault.direction} ${fault.packet}`;
      const first = packets.get(packet);
      if (first === undefined) packets.set(packet, i);
      else
        errors.push({
          path: `faults.${i}.packet`,
          message: `found ${fault.packet}, ${fault.direction} on ${fault.target}: faults.${first} is about the same packet; give each packet one fault`,
        });
    }
  }
  return errors;
}

/** What is wrong with a fault's target, or with its act upon it. */
function wrongTarget(
  scenario: Scenario,
  names: ScenarioNames,
  index: number,
  { problem, about }: FaultProblem,
): ParseError {
  const { act, target } = scenario.faults[index]!;
  const path = `faults.${index}.${about === "act" ? "act" : "target"}`;
  if (about === "act") {
    return {
      path,
      message: `${problem}${isForLinks(act) ? ". A link is named by its two ends, as balancer/server-1" : ""}`,
    };
  }
  if (about === "number") return { path, message: problem };
  const allowed = faultTargets(scenario, names);
  return { path, message: `${problem}; allowed: ${list(allowed)}${suggest(target, allowed)}` };
}

/** The clients and groups that there are, in words. */
function whoThereIs(scenario: Scenario, found: string, words: readonly string[] = []): string {
  const groups = scenario.clients.map(({ name, count }) =>
    count === 1 ? name : `${name} (${name}-1 to ${name}-${count})`,
  );
  return `there is: ${list(groups)}${suggest(found, [...words, ...scenario.clients.map(({ name, count }) => (count > 1 && words.length > 0 ? `${name}-1` : name))])}`;
}

/** Every node needs a name of its own. */
function checkNames(scenario: Scenario, names: ScenarioNames): ParseError[] {
  const errors: ParseError[] = [];
  // A client may be called server: build.ts.
  const words = AUDIENCE_WORDS.filter((word) => word !== "server");
  const taken = new Set<string>([BALANCER, BACKPLANE, ...words]);
  const { channels } = scenario.gateway;
  for (const [i, { kind }] of channels.entries()) {
    if (taken.has(kind))
      errors.push({
        path: `gateway.channels.${i}.kind`,
        message: `found ${quote(kind)} a second time; the service takes each channel once`,
      });
    taken.add(kind);
  }
  if (channels.length > 0) taken.add(GATEWAY);
  const processes = (["proxies", "publishers"] as const).flatMap((list) =>
    scenario[list].map(({ name }, i) => ({ name, path: `${list}.${i}.name` })),
  );
  for (const { name, path } of processes) {
    const [, of = ""] = /^(.*)-\d+$/.exec(name) ?? [];
    const parent = scenario.clients.find((group) => group.name === of && group.count > 1);
    if (
      taken.has(name) ||
      /^servers?(?:-\d+)?$/.test(name) ||
      (parent !== undefined && isMember(name, parent))
    )
      errors.push({ path, message: `the name ${quote(name)} is taken; choose another` });
    taken.add(name);
  }
  for (const [i, { name, count }] of scenario.clients.entries()) {
    if (errors.length >= MAX_ERRORS) break;
    const path = `clients.${i}.name`;
    const [, of = ""] = /^(.*)-\d+$/.exec(name) ?? [];
    const parent = scenario.clients.find((group) => group.name === of && group.count > 1);
    if (taken.has(name)) errors.push({ path, message: `the name ${quote(name)} is taken; choose another` });
    else if (/^server-\d+$/.test(name) || (name === "server" && count > 1))
      errors.push({
        path,
        message: `the name ${quote(name)} is taken: servers are called server-1, server-2, …; choose another`,
      });
    else if (parent !== undefined && names.client.get(name) !== undefined && isMember(name, parent))
      errors.push({
        path,
        message: `the name ${quote(name)} is taken by a member of the group ${quote(of)}, which are called ${of}-1 to ${of}-${parent.count}; choose another`,
      });
    taken.add(name);
  }
  return errors;
}

function isMember(name: string, group: { readonly name: string; readonly count: number }): boolean {
  const digits = name.slice(group.name.length + 1);
  return /^[1-9]\d*$/.test(digits) && Number(digits) <= group.count;
}

/** A rule is known by its name, claimed once, and speaks of nodes that there are. */
function checkRules(scenario: Scenario): ParseError[] {
  const names = namesOf(scenario);
  const own = Object.entries(scenario.ownRules);
  return [
    ...checkClaims(scenario),
    ...own.flatMap(([name, rule]) => checkOwnRule(scenario, names, name, rule)),
  ];
}

function checkClaims({ rules, ownRules }: Scenario): ParseError[] {
  const known = [...RULE_NAMES, ...Object.keys(ownRules)];
  return rules.flatMap((name, i) => {
    const path = `rules.${i}`;
    if (!known.includes(name))
      return [
        {
          path,
          message: `there is no rule ${quote(name)}; allowed: ${list(known, 30)}${suggest(name, known)}`,
        },
      ];
    if (rules.indexOf(name) < i)
      return [{ path, message: `the rule ${quote(name)} is listed twice; keep one of the two` }];
    return [];
  });
}

function checkOwnRule(scenario: Scenario, names: ScenarioNames, name: string, rule: OwnRule): ParseError[] {
  const errors: ParseError[] = [];
  const path = pathText(["ownRules", name]);
  if ((RULE_NAMES as readonly string[]).includes(name))
    errors.push({ path, message: `${quote(name)} is a built-in rule; choose another name` });
  if (!scenario.rules.includes(name))
    errors.push({ path, message: "the rule is not listed in rules, so nothing would ask for it" });
  if (rule.type === "count" && rule.atMost === undefined && rule.atLeast === undefined)
    errors.push({ path, message: "found neither atMost nor atLeast; give one of them, or both" });
  if (rule.type === "count" && (rule.atLeast ?? 0) > (rule.atMost ?? Number.POSITIVE_INFINITY))
    errors.push({
      path,
      message: `found atLeast ${rule.atLeast} and atMost ${rule.atMost}; atLeast must not be greater than atMost`,
    });
  for (const [field, pattern] of Object.entries(rule)) {
    if (typeof pattern !== "object") continue;
    errors.push(
      ...checkPatternNodes(scenario, names, `${path}.${field}`, pattern),
      ...checkPatternEvent(rule, path, field, pattern),
    );
  }
  return errors;
}

/** The nodes that a pattern names are there. */
function checkPatternNodes(
  scenario: Scenario,
  names: ScenarioNames,
  path: string,
  { client, server }: EventPattern,
): ParseError[] {
  const errors: ParseError[] = [];
  if (client !== undefined && !names.client.has(client))
    errors.push({
      path: `${path}.client`,
      message: `there is no client ${quote(client)}; ${whoThereIs(scenario, client)}`,
    });
  const { count } = scenario.servers;
  if (server !== undefined && serverIndex(scenario, server) === null)
    errors.push({
      path: `${path}.server`,
      message: `there is no server ${quote(server)}; allowed: server-1${count > 1 ? ` to server-${count}` : ""}`,
    });
  return errors;
}

/** The event of a pattern has what the rule counts by, and what the pattern asks of it. */
function checkPatternEvent(
  { per }: OwnRule,
  path: string,
  field: string,
  pattern: EventPattern,
): ParseError[] {
  const errors: ParseError[] = [];
  const { event } = pattern;
  if (per !== "run" && !EVENTS_WITH[per].includes(event))
    errors.push({
      path: `${path}.per`,
      message: `found ${quote(per)}, and ${quote(event)} is about no ${per}; those that are: ${list(EVENTS_WITH[per])}`,
    });
  for (const detail of ["client", "server"] as const)
    if (pattern[detail] !== undefined && !EVENTS_WITH[detail].includes(event))
      errors.push({
        path: `${path}.${field}.${detail}`,
        message: `found it with ${quote(event)}, which is about no ${detail}; those that are: ${list(EVENTS_WITH[detail])}`,
      });
  for (const [detail, only] of Object.entries(DETAILS_OF))
    if (pattern[detail as keyof typeof DETAILS_OF] !== undefined && event !== only)
      errors.push({
        path: `${path}.${field}.${detail}`,
        message: `only ${quote(only)} has a ${detail}; found it with ${quote(event)}`,
      });
  return errors;
}

/** Which events are about a client, a server, a message, a copy. A rule about any other event would never see one. */
const EVENTS_WITH: Readonly<Record<Exclude<RuleScope, "run">, readonly RuleEvent[]>> = {
  client: eventsWith("client"),
  server: eventsWith("server"),
  message: eventsWith("message"),
  copy: eventsWith("copy"),
};

function eventsWith(scope: Exclude<RuleScope, "run">): readonly RuleEvent[] {
  return RULE_EVENTS.filter((event) =>
    Object.values<Column>(RECORDS[event].columns).some(({ is }) => SCOPE_VALUES[scope].includes(is)),
  );
}

/** Which event has which detail. */
const DETAILS_OF = { cause: "lost", status: "response" } as const;

/** What a variant is meant to break, or to leave silent, must be claimed, and is one of the two. */
function checkExpected(scenario: Scenario): ParseError[] {
  const { rules, variants } = scenario;
  const allowed = (rule: string) =>
    rules.length === 0 ? "it has none" : `allowed: ${list(rules)}${suggest(rule, rules)}`;
  const wrong = (rule: string, before: readonly string[], other: readonly string[]): string | null => {
    if (!rules.includes(rule)) return `${quote(rule)} is none of the scenario's rules; ${allowed(rule)}`;
    if (before.includes(rule)) return `the rule ${quote(rule)} is listed twice; keep one of the two`;
    if (other.includes(rule)) return `${quote(rule)} is among breaks too; what breaks is not silent`;
    return null;
  };
  return Object.entries(variants).flatMap(([name, { breaks, silent }]) =>
    (["breaks", "silent"] as const).flatMap((field): ParseError[] => {
      const listed = field === "breaks" ? breaks : silent;
      return listed.flatMap((rule, i): ParseError[] => {
        const message = wrong(rule, listed.slice(0, i), field === "silent" ? breaks : []);
        return message === null ? [] : [{ path: pathText(["variants", name, field, i]), message }];
      });
    }),
  );
}

function checkVariants(scenario: Scenario): ParseError[] {
  const errors: ParseError[] = [];
  for (const [name, variant] of Object.entries(scenario.variants)) {
    const changed = withSettings(scenario, variant.set);
    if (changed.ok) continue;
    for (const { path, message } of changed.errors) {
      const setting = Object.hasOwn(variant.set, path)
        ? path
        : Object.keys(variant.set).find((key) => means(scenario, key, path));
      const error =
        setting === undefined
          ? {
              path: pathText(["variants", name]),
              message: `with this variant, ${formatErrors([{ path, message }])}`,
            }
          : { path: pathText(["variants", name, "set", setting]), message };
      // What is wrong for all entries of a list is said once.
      if (!errors.some((other) => other.path === error.path && other.message === error.message))
        errors.push(error);
    }
    if (errors.length >= MAX_ERRORS) break;
  }
  return errors;
}

/** Whether an error at `place` is about the field that a variant's path means. */
function means(scenario: Scenario, path: string, place: string): boolean {
  const resolved = resolvePath(scenario, path);
  return (
    "places" in resolved &&
    resolved.places.some((keys) => place === keys.join(".") || place.startsWith(`${keys.join(".")}.`))
  );
}

function checkKnobs(scenario: Scenario): ParseError[] {
  return scenario.knobs.flatMap((knob, i): ParseError[] => {
    const path = `knobs.${i}`;
    const first = knob.split(".")[0];
    if (FIXED_FIELDS.includes(first) || NO_KNOB.includes(first))
      return [
        {
          path,
          message: `${quote(knob)} can't be turned; a knob is a field as servers.count or clients.*.transport`,
        },
      ];
    const resolved = resolvePath(scenario, knob);
    if ("problem" in resolved) return [{ path, message: `${quote(knob)}: ${resolved.problem}` }];
    const keys = resolved.places[0];
    if (isSingleValue(keys)) return [];
    const fields = fieldsAt(keys);
    return [
      {
        path,
        message: `${quote(knob)} is more than one field; a knob turns one${fields.length > 0 ? `: ${list(fields.map((field) => `${knob}.${field}`))}` : ""}`,
      },
    ];
  });
}

/**
 * A scenario with some of its fields turned: path → value. Paths are explained in path.ts, bounds in
 * settings.ts. Checked as a whole again.
 */
export function withSettings(scenario: Scenario, settings: Readonly<Record<string, unknown>>): ParseResult {
  // Variants were checked with the document. That a setting breaks one of them does not make this scenario wrong.
  // So were choices, which may be hundreds of thousands, and no setting writes to them.
  const { variants, choices, ...rest } = scenario;
  const changed: unknown = copied(rest);
  const problem = applySettings(changed, settings);
  if (problem !== null) return { ok: false, errors: [problem] };
  const result = validate(changed, false);
  const kept = choices === undefined ? { variants } : { variants, choices };
  return result.ok ? { ok: true, scenario: { ...result.scenario, ...kept } } : result;
}

/** A copy of what was checked, which is plain data without names that JavaScript takes for its own. In a tenth of the time of structuredClone. */
function copied(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = copied((value as Record<string, unknown>)[key]);
  return copy;
}

/** Whether a scenario is already as these settings would make it. */
export function isAlreadySet(scenario: Scenario, settings: Readonly<Record<string, unknown>>): boolean {
  const others = Object.entries(settings).filter(([path, value]) => !hasAt(scenario, path, value));
  if (others.length === 0) return true;
  // Fields that an object leaves out have their defaults.
  if (others.some(([, value]) => value === null || typeof value !== "object")) return false;
  const [written, turned] = [withSettings(scenario, {}), withSettings(scenario, settings)];
  return written.ok && turned.ok && JSON.stringify(written.scenario) === JSON.stringify(turned.scenario);
}

/** A scenario's variant by its name; `null` is the scenario as it stands. */
export function withVariant(scenario: Scenario, name: string | null): ParseResult {
  if (name === null) return { ok: true, scenario };
  const variant = Object.hasOwn(scenario.variants, name) ? scenario.variants[name] : undefined;
  if (variant !== undefined) return withSettings(scenario, variant.set);
  const names = Object.keys(scenario.variants);
  const allowed = names.length === 0 ? "this scenario has none" : `allowed: ${list(names)}`;
  return fail("", `there is no variant ${quote(name)}; ${allowed}${suggest(String(name), names)}`);
}
