/**
 * Acts: what somebody does to a run on stage. An act is a fault of the scenario, written after those that the scenario
 * has itself, so that the run, the link and the rules know it as any other.
 */
import type { RunResult } from "../../run/result.ts";
import { namesOf, struckBy } from "../../scenario/names.ts";
import type { Fault } from "../../scenario/schema.ts";
import { seconds } from "../look/format.ts";
import { faultText } from "./fault-words.ts";
import { type KnownLink, linkAt } from "./link-states.ts";
import { NodeState, type NodeStates, stateIndexAt } from "./node-states.ts";

/** Something that can be done, as its button says. */
export interface Act {
  readonly label: string;
  readonly fault: Fault;
}

/** The acts among a run's faults; `written`: how many the scenario has itself. */
export function actsOf({ scenario }: RunResult, written: number): readonly Fault[] {
  return scenario.faults.slice(written);
}

/** «1.200 s: Fault: crash of server-1.» */
export function actText(run: RunResult, fault: Fault): string {
  return "atMs" in fault ? `${seconds(fault.atMs * 1000)}: ${faultText(run, fault)}` : faultText(run, fault);
}

const CAN_FREEZE = new Set(["backplane", "server"]);
const CAN_CRASH = new Set(["server", "balancer", "backplane"]);

/** What one can do to a node now. */
export function actsOnNode(run: RunResult, states: NodeStates, node: number, timeUs: number): Act[] {
  const { kind, name: target } = run.nodes[node]!;
  const canCrash = CAN_CRASH.has(kind);
  const atMs = atMsOf(timeUs);
  const act = (label: string, act: "crash" | "restart" | "freeze" | "resume" | "stop" | "reload"): Act => ({
    label,
    fault: { atMs, act, target },
  });
  if (kind === "client") return actsOnClient(run, states, node, timeUs);
  switch (states.state[stateIndexAt(states, node, timeUs)]) {
    case NodeState.crashed:
    case NodeState.exited:
      return [act("Restart", "restart")];
    case NodeState.frozen:
      return [act("Resume", "resume"), ...(canCrash ? [act("Crash", "crash")] : [])];
    default:
      return [
        ...(canCrash ? [act("Crash", "crash")] : []),
        ...(kind === "server" ? [act("Stop", "stop")] : []),
        ...(kind === "balancer" ? [act("Reload", "reload")] : []),
        ...(CAN_FREEZE.has(kind) ? [act("Freeze", "freeze")] : []),
      ];
  }
}

function actsOnClient(run: RunResult, states: NodeStates, node: number, timeUs: number): Act[] {
  const { name: target } = run.nodes[node]!;
  const atMs = atMsOf(timeUs);
  const act = (label: string, act: "crash" | "restart" | "freeze" | "resume"): Act => ({
    label,
    fault: { atMs, act, target },
  });
  const close = act("Close page", "crash");
  if (states.state[stateIndexAt(states, node, timeUs)] === NodeState.frozen)
    return [act("Resume", "resume"), close];
  switch (latestAct(run, target, atMs)) {
    case "crash":
      return [act("Open page", "restart")];
    case "throttle":
      return [act("Resume", "resume"), act("Freeze", "freeze"), close];
    default:
      return [act("Freeze", "freeze"), { label: "Background", fault: throttle(target, atMs) }, close];
  }
}

/** What a client was struck by last: a closed page, or a tab in the background, is not to be seen in its connection. */
function latestAct({ scenario }: RunResult, target: string, atMs: number): Fault["act"] | undefined {
  const names = namesOf(scenario);
  return scenario.faults
    .filter((fault) => "atMs" in fault && fault.atMs <= atMs)
    .findLast((fault) => struckBy(scenario, names, fault.target).includes(target))?.act;
}

/** Its timers fire once a minute, as those of a tab that has been in the background for some minutes. */
function throttle(target: string, atMs: number): Fault {
  return { atMs, act: "throttle", target, everyMs: 60_000 };
}

/** What one can do to a link now, besides making it slower or lossy. */
export function actsOnLink(link: KnownLink, timeUs: number): Act[] {
  const { isCut, isSlow, isLossy, mutedUs } = linkAt(link, timeUs);
  const isMute = mutedUs !== Number.POSITIVE_INFINITY;
  const isChanged = isCut || isSlow || isLossy || isMute;
  const canBeMute = link.kind !== "backplane" && link.kind !== "publisher";
  return [
    ...(isCut ? [] : [{ label: "Cut", fault: linkFault(link, timeUs, "cut") }]),
    ...(isMute || !canBeMute ? [] : [{ label: "Mute", fault: muteLink(link, timeUs) }]),
    ...(isChanged ? [{ label: "Heal", fault: linkFault(link, timeUs, "heal") }] : []),
  ];
}

function linkFault(link: KnownLink, timeUs: number, act: "cut" | "heal"): Fault {
  return { atMs: atMsOf(timeUs), act, target: linkName(link) };
}

/** Its connections carry nothing any more, in either direction; new ones work. */
function muteLink(link: KnownLink, timeUs: number): Fault {
  return { atMs: atMsOf(timeUs), act: "mute", target: linkName(link), direction: "both", by: "path" };
}

/** From now on a packet on the link takes so long. */
export function slowLink(link: KnownLink, timeUs: number, latencyMs: number): Fault {
  return { atMs: atMsOf(timeUs), act: "slow", target: linkName(link), latencyMs };
}

/** From now on the link loses so many of its packets: from 0 to 1. */
export function lossyLink(link: KnownLink, timeUs: number, loss: number): Fault {
  return { atMs: atMsOf(timeUs), act: "lose", target: linkName(link), loss };
}

/** When an act strikes: not after what is on stage, so that it is to be seen at once. */
function atMsOf(timeUs: number): number {
  return Math.floor(timeUs) / 1000;
}

/** As faults name it. */
export function linkName({ from, to }: KnownLink): string {
  return `${from.name}/${to.name}`;
}
