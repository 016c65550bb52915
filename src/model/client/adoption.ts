/** A client whose WebSocket, or WebTransport session, is open when a run begins: no handshake is simulated, servers are taken in turn. */
import { ExchangeEvent } from "../balancer/exchange.part.ts";
import { addExchange } from "../balancer/hops.ts";
import { adoptConnection, canConnect } from "../balancer/limits.ts";
import { isListed } from "../balancer/listed.ts";
import { nextInTurn, takeNext, takeTurn } from "../balancer/policies/turn.ts";
import { openConnection } from "../fate/ends.ts";
import { keepAlive } from "../network/keepalive.ts";
import { NONE } from "../network/packets.ts";
import { adoptStreams } from "../network/tcp.ts";
import { count, hasRoom } from "../server/limits.ts";
import { SessionEvent } from "../server/session.part.ts";
import { openSession } from "../server/session.ts";
import { RequestKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { ClientEvent } from "./client.part.ts";
import { ConnectionEvent } from "./connection.part.ts";

/** Whether there is room for one more. Whoever finds none begins by connecting. */
export function mayAdopt(world: World, client: number): boolean {
  const worker = workerOf(world, client);
  const next = world.turns.next[worker];
  const server = next === NONE ? nextInTurn(world, worker, (one) => mayTake(world, one)) : next;
  return server >= 0 && hasRoom(world, server) && canConnect(world, server);
}

/** Workers are taken in turn, too. */
function workerOf({ balancers, nodes }: World, client: number): number {
  return client % balancers.workers[nodes.count.balancer - 1];
}

function mayTake(world: World, server: number): boolean {
  return world.upstreams.isBackup[server] === 0 && isListed(world, server);
}

/** `stream`: of its connection to the first balancer. */
export function adopt(world: World, client: number, stream: number): void {
  const { clients, connections, turns } = world;
  const worker = workerOf(world, client);
  const server =
    turns.next[worker] === NONE
      ? takeTurn(world, worker, (one) => mayTake(world, one))
      : takeNext(world, worker);
  const connection = openConnection(world, client, NONE);
  clients.connection[client] = connection;
  const session = openSession(world, connection, server);
  connections.session[connection] = session;
  const outermost = openTunnels(world, connection, server, session, stream);
  keepAlive(world, outermost);
  world.send(ConnectionEvent.ADOPT, client, outermost, 0);
  world.send(ClientEvent.ADOPT, client, 0, 0);
}

/** The tunnel through all balancers. Returns the exchange at the first. */
function openTunnels(
  world: World,
  connection: number,
  server: number,
  session: number,
  outerStream: number,
): number {
  const { nodes, exchanges, tries, links } = world;
  const last = nodes.count.balancer - 1;
  const tunnels: number[] = [];
  const isQuic = world.streams.quic[outerStream] !== NONE;
  const kind = isQuic ? RequestKind.webtransport : RequestKind.websocket;
  let tried: number = NONE;
  let stream = outerStream;
  for (let balancer = 0; balancer <= last; balancer++) {
    const exchange = addExchange(world, connection, kind, balancer, tried, stream);
    if (tried !== NONE) tries.inner[tried] = exchange;
    exchanges.session[exchange] = session;
    if (balancer === last) exchanges.worker[exchange] = workerOf(world, exchanges.client[exchange]);
    tried = exchanges.current[exchange];
    stream = adoptStreams(world, balancer === last ? links.toServer(server) : links.toNextBalancer(balancer));
    tries.stream[tried] = stream;
    tunnels.push(exchange);
  }
  tries.server[tried] = server;
  for (const exchange of tunnels)
    adoptConnection(world, exchange, exchange === tunnels.at(-1) ? server : NONE);
  count(world, server, tried);
  for (const exchange of tunnels) world.send(ExchangeEvent.ADOPT, exchange, 0, 0);
  world.send(SessionEvent.ADOPT, session, tried, 0);
  return tunnels[0];
}
