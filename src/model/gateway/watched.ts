/**
 * Where servers and pages meet the notification service, if there is one: it hears what a server has got, and what a page has shown. What it
 * does about that is in gateway.ts.
 */
import { APART } from "../apart.ts";
import { clientPart } from "../client/client.part.ts";
import { Fate } from "../fate/oracle.part.ts";
import { deliver, letGo } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { RecordKind } from "../trace/records.ts";
import type { Handler } from "../world/handler.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { gatewayPart } from "./gateway.part.ts";

/** A service comes to be, if the scenario has one. */
export function addGateway({ settings, spendings, conversations, nodes }: World): void {
  if (settings.gateway === null) return;
  spendings.add();
  conversations.addMany(nodes.count.client);
}

/** A server has got a message from its sender. */
export function watch(world: World, message: number): void {
  if (world.settings.gateway !== null) APART.gateway.watch(world, message);
}

/** A copy reaches its recipient's page. */
export function deliverOnPage(world: World, copy: number): void {
  const fallback = world.fallbackOf.of(copy);
  if (fallback === NONE) showOnce(world, copy);
  else APART.gateway.deliverWatched(world, copy, fallback);
}

/** Of a copy that goes to the page alone: it is shown, unless the page has shown it before and remembers that. */
function showOnce(world: World, copy: number): void {
  const { copies } = world;
  const isShown = copies.fate[copy] === Fate.delivered;
  if (!isShown || !ofClient(world, clientPart, copies.recipient[copy]).remembersIds)
    return deliver(world, copy);
  letGo(world, copy);
  world.record(RecordKind.shownBefore, copy, copies.message[copy], copies.recipient[copy], 0, 0);
}

class Gateway implements Handler<typeof gatewayPart> {
  readonly part = gatewayPart;

  handle(world: World, code: number, fallback: number, x: number, y: number): void {
    APART.gateway.handleGateway(world, code, fallback, x, y);
  }
}

export const gateway = new Gateway();
