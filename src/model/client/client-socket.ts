/**
 * A client's end of an exchange, as its operating system keeps it: what arrives for a socket that the
 * application has closed goes no further, and what it carried is lost there.
 */

import { whyClosed } from "../balancer/closing.ts";
import { isOld } from "../delivery/position.ts";
import { dropCargo, frameOfPacket } from "../fate/cargo.ts";
import { deliver, dropCopy } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { noteRead } from "../network/window.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import { RequestKind } from "../trace/records.ts";
import type { Handler } from "../world/handler.ts";
import { ofClient } from "../world/own-settings.ts";
import { EVENT_MASK, packetCode } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { hasOpened } from "./browser-sockets.ts";
import { ClientEvent } from "./client.part.ts";
import { ClientSocketEvent, clientSocketPart } from "./client-socket.part.ts";
import { ConnectionEvent, connectionPart } from "./connection.part.ts";
import { leave, letNextLeave } from "./requests.ts";

/** Something arrived at the client's end; `code` is one of ClientSocketEvent. */
function clientSocketEvent(world: World, code: number, exchange: number, x: number, y: number): void {
  const { exchanges } = world;
  if (code === ClientSocketEvent.LEAVE) return leave(world, exchange, x === 1);
  if (code >= ClientSocketEvent.ANSWERED) hasOpened(world, exchange, code === ClientSocketEvent.SWITCHED);
  if (code === ClientSocketEvent.ANSWERED || code === ClientSocketEvent.CLOSED) letNextLeave(world, exchange);
  const isOpen = exchanges.clientOpen[exchange] === 1;
  if (isOpen && code < ClientSocketEvent.ANSWERED) {
    if (world.sendBuffers.rows > 0) noteRead(world, exchange, code & EVENT_MASK, y);
    return world.send(packetCode(connectionPart, code & EVENT_MASK), x, exchange, y);
  }
  const client = exchanges.client[exchange];
  if (!isOpen) {
    const frame =
      code === ClientSocketEvent.ANSWERED ? FrameKind.httpOk : frameOfPacket(code & EVENT_MASK, false);
    const subject = code === ClientSocketEvent.ANSWERED ? exchange : y;
    dropCargo(world, frame, subject, whyClosed(world, exchange), client);
    return;
  }
  switch (code) {
    case ClientSocketEvent.ANSWERED:
      return answered(world, exchange, x, y);
    case ClientSocketEvent.SWITCHED:
      takeCookie(world, exchange);
      return world.send(ConnectionEvent.SWITCHED, client, exchange, 0);
    case ClientSocketEvent.CLOSED:
      exchanges.clientOpen[exchange] = 0;
      // The next request needs a new one.
      if (world.clients.shared[client] === exchanges.stream[exchange]) world.clients.shared[client] = NONE;
      if (exchanges.kind[exchange] === RequestKind.snapshot)
        return world.send(ClientEvent.LOAD_FAILED, client, 0, 0);
      return world.send(ConnectionEvent.SOCKET_CLOSED, client, exchange, 0);
  }
}

function takeCookie(world: World, exchange: number): void {
  const { exchanges, clients } = world;
  const client = exchanges.client[exchange];
  const keepsCookies = ofClient(world, clientSocketPart, client).cookies;
  if (keepsCookies && exchanges.setCookie[exchange] !== NONE)
    clients.cookie[client] = exchanges.setCookie[exchange];
}

/** An HTTP answer: its packets first, in order, then word that the exchange is over. */
function answered(world: World, exchange: number, status: number, error: number): void {
  const { exchanges, packets } = world;
  const client = exchanges.client[exchange];
  takeCookie(world, exchange);
  // A page to log in comes with 200, and is no answer to what was asked.
  if (status !== 200 || error !== -1) {
    exchanges.clientOpen[exchange] = 0;
    if (exchanges.kind[exchange] === RequestKind.snapshot)
      return world.send(ClientEvent.LOAD_FAILED, client, 0, 0);
    return world.send(ConnectionEvent.REFUSED, client, exchange, error);
  }
  const list = exchanges.answer[exchange];
  exchanges.answer[exchange] = NONE;
  if (isOwn(exchanges.kind[exchange])) {
    exchanges.clientOpen[exchange] = 0;
    packets.drain(list, (_, copy) => {
      if (isOld(world, client, copy)) dropCopy(world, copy, Cause.gapIgnored, client);
      else deliver(world, copy);
    });
    if (exchanges.kind[exchange] === RequestKind.snapshot) world.send(ClientEvent.LOADED, client, 0, 0);
    return;
  }
  packets.drain(list, (packet, subject) => {
    // A packet before this one may have closed the connection.
    if (exchanges.clientOpen[exchange] === 1)
      world.send(packetCode(connectionPart, packet), client, exchange, subject);
    else if (packet === Packet.message)
      dropCargo(world, FrameKind.deliver, subject, whyClosed(world, exchange), client);
  });
  if (exchanges.clientOpen[exchange] === 1) world.send(ConnectionEvent.ANSWERED, client, exchange, 0);
  exchanges.clientOpen[exchange] = 0;
}

/** Whether a request is the application's own, and of no connection that it holds. */
function isOwn(kind: number): boolean {
  return kind === RequestKind.plain || kind === RequestKind.snapshot;
}

class ClientSocket implements Handler<typeof clientSocketPart> {
  readonly part = clientSocketPart;

  handle(world: World, code: number, entity: number, x: number, y: number): void {
    clientSocketEvent(world, code, entity, x, y);
  }

  nodeOf({ exchanges, nodes }: World, _: number, exchange: number): number {
    return nodes.first.client + exchanges.client[exchange];
  }
}

export const clientSocket = new ClientSocket();
