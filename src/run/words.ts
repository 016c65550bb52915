/** Nodes as sentences call them. */
import { LimitKind } from "../model/trace/records.ts";
import { BACKPLANE, BALANCER, GATEWAY } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";

/** What a backplane is called, by its kind. */
export const BACKPLANE_WORDS: Readonly<Record<Scenario["backplane"]["kind"], string>> = {
  none: "the backplane",
  redis: "Redis",
  vendor: "the vendor",
  history: "Redis",
  sharded: "Redis",
  streams: "Redis",
  registry: "Redis",
  plain: "Redis",
};

/** What has run out, in a clause. */
const RUN_OUT: Readonly<Record<LimitKind, string>> = {
  [LimitKind.descriptors]: "no open file is left",
  [LimitKind.workerConnections]: "no worker connection is left",
  [LimitKind.ports]: "no port is left",
  [LimitKind.memory]: "no memory is left",
  [LimitKind.backlog]: "the accept queue is full",
  [LimitKind.queue]: "its queue is full",
  [LimitKind.maxconn]: "as many are at the servers as maxconn allows",
  [LimitKind.rateLimitSessions]: "as many came in a second as it accepts",
};

/**
 * Whether whom a limit meets only has to wait, and is let in later: at a balancer the kernel keeps what it does not accept yet, or its own line does.
 * A server without an open file closes what it has accepted.
 */
export function makesWait(limit: LimitKind, isServer: boolean): boolean {
  if (limit === LimitKind.descriptors) return !isServer;
  return limit === LimitKind.backlog || limit === LimitKind.maxconn || limit === LimitKind.rateLimitSessions;
}

/** «The balancer has no room for B: no port is left.», or that B has to wait there. */
export function limitText(place: string, who: string, limit: LimitKind, isServer: boolean): string {
  const does = makesWait(limit, isServer) ? `lets ${who} wait` : `has no room for ${who}`;
  return `${atBeginning(place)} ${does}: ${RUN_OUT[limit]}.`;
}

/** Channels as sentences call them. */
const CHANNEL_WORDS: Readonly<Record<string, string>> = {
  push: "push",
  sms: "SMS",
  voice: "telephone",
  email: "mail",
  messenger: "messenger",
  video: "video call",
};

/** «by SMS»: what stands after the word, by the channel's name. */
export function channelWords(name: string): string {
  return CHANNEL_WORDS[name] ?? name;
}

/** A node as sentences call it: «server-1», «the balancer», «Redis». */
export function nodeInWords({ backplane }: Scenario, name: string): string {
  if (name === BACKPLANE) return BACKPLANE_WORDS[backplane.kind];
  if (name === GATEWAY) return "the notification service";
  return name === BALANCER ? `the ${BALANCER}` : name;
}

/** With a capital at the beginning of a sentence; names stay as they are. */
export function atBeginning(words: string): string {
  return words.replace(/^(?:the|a) /, (article) => article[0].toUpperCase() + article.slice(1));
}

/**
 * A sentence of the model's, which speaks of «the balancer», about the balancer of this name. Without a name it is
 * about one of a row, and not known which: «a balancer».
 */
export function aboutBalancer({ proxies }: Scenario, sentence: string, name?: string): string {
  if (proxies.length === 0 || name === BALANCER) return sentence;
  const words = name ?? `a ${BALANCER}`;
  return sentence.replaceAll(`the ${BALANCER}`, words).replaceAll(`The ${BALANCER}`, atBeginning(words));
}

/** How a server stands to a balancer's list that has changed, between the two names. */
export function listWords(isListed: number): string {
  return isListed === 1 ? "now on" : "no longer on";
}

/** Who goes first of several nodes, where a search has chosen it. */
export function wentFirstWords(who: string, among: number): string {
  return `Of ${among} nodes at which something happens in the same microsecond, ${who} goes first.`;
}

/** How the process of a server that was told to stop has ended, after its name. */
export function exitWords(isKilled: number): string {
  return isKilled === 1 ? "is killed after its grace" : "exits";
}
