/** Ends of connections as clauses that follow «since»: read only where somebody is told what a loss had begun with, so apart from what each run needs. */
import type { EndReasonName } from "./end-reasons.ts";

/** The names in a clause about an end. */
interface EndNames {
  /** Whose connection it was: a client's, or a server's if it was one to Redis. Of a cut link, nobody's. */
  readonly whose: string;
  /** The node at which it ended. */
  readonly place: string;
  /** The balancer where it ended; of a cut link, the one at its end: «the balancer». */
  readonly balancer: string;
  /** Whether it ended at its client, and not beyond. */
  readonly isAtClient: boolean;
  /** That balancer's idle timeout: «10 s». */
  readonly idle: string;
  /** The age at which that balancer closes a WebSocket: «7200 s». */
  readonly age: string;
}

/** What had happened, by the end's reason. */
export const END_CLAUSES: Readonly<Record<EndReasonName, (names: EndNames) => string>> = {
  idleClosed: ({ whose, balancer, idle }) =>
    `${balancer} had closed ${whose}'s connection after ${idle} of silence`,
  gatewayTimeout: ({ whose, balancer, idle }) =>
    `${balancer} had ended ${whose}'s request after ${idle} without an answer`,
  badGateway: ({ whose, balancer }) => `${balancer} found no server that took ${whose}'s request`,
  sessionUnknown: ({ whose, place }) =>
    `${place}, which does not hold the session, had refused ${whose}'s request (400)`,
  cookieMissing: ({ whose, place }) =>
    `${place} had refused ${whose}'s request (400), which came without the affinity cookie`,
  pingTimeout: ({ whose, place, isAtClient }) =>
    isAtClient
      ? `${whose} had waited in vain for a ping`
      : `${place} had waited in vain for a pong from ${whose}`,
  connectTimeout: ({ whose }) => `${whose} had given up connecting after 20 s`,
  upgradeTimeout: ({ whose, place }) =>
    `${place} had closed ${whose}'s WebSocket, whose upgrade took too long`,
  serverCrashed: ({ whose, place }) =>
    whose === place ? `${place} had crashed` : `${place} had crashed, and ${whose}'s session with it`,
  balancerCrashed: ({ whose, balancer }) => `${balancer} had crashed, and ${whose}'s connection with it`,
  balancerDown: ({ whose, balancer }) => `${balancer} was down and had refused ${whose}'s connection`,
  backplaneCrashed: ({ whose }) => `the backplane had crashed, and ${whose}'s connection to it`,
  backplaneDown: ({ whose }) => `the backplane was down and had refused ${whose}'s connection`,
  linkCut: ({ place, balancer }) => `the link between ${place} and ${balancer} had been cut`,
  tcpTimedOut: ({ whose, place }) =>
    `TCP on ${place} had given up ${whose === place ? "its" : `${whose}'s`} connection, after a quarter of an hour without an acknowledgement`,
  connectionForgotten: ({ whose, balancer, idle }) =>
    `${balancer} had forgotten ${whose}'s connection after ${idle} of silence`,
  lifetimeOver: ({ whose, balancer, age }) =>
    `${balancer} had closed ${whose}'s connection at the age of ${age}`,
  turnedAway: ({ whose, balancer }) => `${balancer} had no socket left for ${whose}'s request`,
  upgradeRefused: ({ whose, balancer }) =>
    `${balancer} had dropped the header that asks for ${whose}'s WebSocket`,
  quicIdle: ({ whose, place }) =>
    `${place} had heard nothing on ${whose === place ? "its" : `${whose}'s`} QUIC connection for the idle timeout`,
  connectionMuted: ({ place, balancer }) => `the connection between ${place} and ${balancer} had gone mute`,
  processFrozen: ({ place }) => `${place} had been frozen`,
  timersThrottled: ({ place }) => `${place}'s timers had been held back`,
  mappingForgotten: ({ place }) => `a NAT on the way of ${place} had forgotten the connection`,
  resetOnTheWay: ({ whose, place }) =>
    `${whose}'s connection had been reset on the way when ${place} wrote to it`,
  streamEnded: ({ whose, place }) => `${place} had ended ${whose}'s event stream`,
  pageClosed: ({ whose }) => `${whose} had closed its page`,
  socketClosed: ({ whose, place }) => `${place} had closed ${whose}'s WebSocket`,
  loggedOut: ({ whose, place }) => `${place} had refused ${whose}, whose login had expired`,
  closedByPage: ({ whose }) => `${whose} had closed its WebSocket by itself`,
  serverStopping: ({ whose, place }) => `${place} was stopping, and had closed ${whose}'s connection`,
  serverExited: ({ whose, place }) => `${place} had exited, and ${whose}'s connection with it`,
  disconnectedByServer: ({ whose, place }) => `${place} had told ${whose} to disconnect`,
  queueFull: ({ whose, place }) => `${place} had no place left in its queue for ${whose}'s request`,
  balancerReloaded: ({ whose, balancer }) =>
    `${balancer} had been reloaded and had cut ${whose}'s connection`,
  sendBufferFull: ({ whose, place }) =>
    `${place} had closed ${whose}'s connection, as too much waited for it there`,
  outputBufferFull: ({ whose }) =>
    `Redis had closed ${whose}'s connection, as too much waited for it in its output buffer`,
  markedDown: ({ whose, balancer }) =>
    `${balancer} had marked its server down and had ended ${whose}'s connection`,
};
