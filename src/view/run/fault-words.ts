/** What a fault does, in a sentence. */
import type { RunResult } from "../../run/result.ts";
import { latencySettings, lossSettings } from "../../scenario/links.ts";
import { linksNamed, namesOf } from "../../scenario/names.ts";
import type { Fault } from "../../scenario/schema.ts";
import { count } from "../look/format.ts";
import { latencyText, lossText } from "./link-words.ts";

export function faultText(run: RunResult, fault: Fault): string {
  const { act, target } = fault;
  switch (act) {
    case "crash":
      return isOfClients(run, target) ? `${target}: the page is closed.` : `Fault: crash of ${target}.`;
    case "restart":
      return isOfClients(run, target) ? `${target}: the page is opened again.` : `Restart of ${target}.`;
    case "stop":
      return `${target} is told to stop.`;
    case "disconnect":
      return `${target} disconnects its clients.`;
    case "reload":
      return `Reload of ${target}.`;
    case "freeze":
      return `Fault: freeze of ${target}.`;
    case "throttle":
      return `Fault: timers of ${target} fire only every ${fault.everyMs / 1000} s.`;
    case "resume":
      return `Resume of ${target}.`;
    case "cut":
      return `Fault: cut of the ${linksText(run, target)}.`;
    case "heal":
      return `Repair of the ${linksText(run, target)}.`;
    case "mute":
      return `Fault: the connections on the ${linksText(run, target)} go mute${fault.direction === "both" ? "" : `, ${fault.direction}wards`}; new ones work.`;
    case "slow":
      return `Fault: a packet on ${isOne(run, target) ? "" : "one of "}the ${linksText(run, target)} now takes ${latencyText(latencySettings(fault.latencyMs))}.`;
    case "lose":
      return `Fault: ${isOne(run, target) ? "" : "each of "}the ${linksText(run, target)} now loses ${lossText(lossSettings(fault.loss))}.`;
    case "drop":
      return `Fault: ${packetText(fault)} is dropped; TCP will send it again.`;
    case "delay":
      return `Fault: ${packetText(fault)} is held back, and arrives ${fault.byMs} ms later.`;
  }
}

function isOfClients({ scenario }: RunResult, target: string): boolean {
  return namesOf(scenario).client.count(target) > 0;
}

/** «link A/balancer», «3 links phones/balancer». */
function linksText(run: RunResult, target: string): string {
  const links = linksOf(run, target);
  return isOne(run, target) ? `link ${target}` : `${count(links)} links ${target}`;
}

function isOne(run: RunResult, target: string): boolean {
  return linksOf(run, target) === 1;
}

function linksOf({ scenario }: RunResult, target: string): number {
  return linksNamed(scenario, namesOf(scenario), target)?.length ?? 1;
}

/** «packet 6 from A to balancer», by the ends of its link. */
function packetText({ target, direction, packet }: Extract<Fault, { act: "drop" | "delay" }>): string {
  const [outer, inner] = target.split("/");
  const [from, to] = direction === "up" ? [outer, inner] : [inner, outer];
  return `packet ${count(packet)} from ${from} to ${to}`;
}
