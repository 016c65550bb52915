/** The faults of a scenario: when they are due, and what each does, by the declaration of the part that it strikes. */
import { backplanePart } from "../backplane/backplane.part.ts";
import { balancerPart } from "../balancer/balancer.part.ts";
import { clientPart } from "../client/client.part.ts";
import { channelPart } from "../gateway/channel.part.ts";
import { linkPart } from "../network/link.part.ts";
import { processPart } from "../process/process.part.ts";
import { serverPart } from "../server/server.part.ts";
import { RecordKind } from "../trace/records.ts";
import { FaultsEvent, faultsPart } from "./faults.part.ts";
import type { Handler } from "./handler.ts";
import type { FaultSettings } from "./settings.ts";
import type { World } from "./world.ts";

/** Schedules the faults from number `first` to before `end`. Those that wait for a packet strike when it is sent (link.ts). */
export function scheduleFaults({ settings, queue }: World, first: number, end: number): void {
  for (let i = first; i < end; i++) {
    const fault = settings.faults[i]!;
    if (fault.target !== "packet") queue.schedule(fault.atUs, FaultsEvent.FAULT, i, 0, 0);
  }
}

/** A fault strikes. */
function strike(world: World, _code: number, index: number): void {
  world.record(RecordKind.fault, index, 0, 0, 0, 0);
  const fault = world.settings.faults[index]!;
  switch (fault.target) {
    case "server":
      strikeServer(world, fault);
      return;
    case "process": {
      const code = processPart.on[processPart.faults[fault.act]];
      for (const node of fault.nodes) world.send(code, world.processes.rowOf[node]!, fault.alignUs, 0);
      return;
    }
    case "client":
      for (const client of fault.clients) strikeClient(world, client, fault.act);
      return;
    case "balancer":
      return world.send(balancerPart.on[balancerPart.faults[fault.act]], fault.index, 0, 0);
    case "channel":
      if (fault.index < 0) return;
      return world.send(channelPart.on[channelPart.faults[fault.act]], fault.index, 0, 0);
    case "backplane":
      // A variant without a backplane has none that could fail.
      if (world.nodes.count.backplane === 1)
        world.send(backplanePart.on[backplanePart.faults[fault.act]], 0, 0, 0);
      return;
    case "link":
      return strikeLinks(world, fault);
  }
}

function strikeClient(world: World, client: number, act: "crash" | "restart"): void {
  world.send(clientPart.on[clientPart.faults[act]], client, 0, 0);
  const process = world.processes.rowOf[client] ?? -1;
  if (act === "crash" && process >= 0) world.send(processPart.on.KILL, process, 0, 0);
}

function strikeServer(world: World, { act, index }: FaultSettings & { readonly target: "server" }): void {
  world.send(serverPart.on[serverPart.faults[act]], index, 0, 0);
  const process = world.processes.rowOf[world.nodes.first.server + index] ?? -1;
  // A process that is stopped can be killed, too.
  if (act === "crash" && process >= 0) world.send(processPart.on.KILL, process, 0, 0);
}

function strikeLinks(world: World, fault: FaultSettings & { readonly target: "link" }): void {
  const { latencies, losses } = world.links;
  let condition = 0;
  let how = 0;
  if (fault.act === "slow") condition = latencies.findIndex(({ settings }) => settings === fault.latency);
  else if (fault.act === "lose") condition = losses.indexOf(fault.loss);
  else if (fault.act === "mute") {
    condition = fault.direction;
    how = fault.bySender ? 1 : 0;
  }
  const code = linkPart.on[linkPart.faults[fault.act]];
  for (const link of fault.links) world.send(code, link, condition, how);
}

class Faults implements Handler<typeof faultsPart> {
  readonly part = faultsPart;

  handle(world: World, code: number, entity: number): void {
    strike(world, code, entity);
  }
}

export const faults = new Faults();
