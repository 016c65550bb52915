/** Which ends can be behind which losses. For the reference and the tests: a run tells of each loss itself. */
import { Cause, type CauseIndex } from "./causes.ts";
import { EndReason, type EndReasonIndex, SILENCES } from "./end-reasons.ts";

/** What ends a client's connection while its server may still hold the session. */
const OF_CLIENTS: readonly EndReasonIndex[] = [
  EndReason.idleClosed,
  EndReason.gatewayTimeout,
  EndReason.badGateway,
  EndReason.sessionUnknown,
  EndReason.cookieMissing,
  EndReason.upgradeTimeout,
  EndReason.balancerCrashed,
  EndReason.balancerDown,
  EndReason.tcpTimedOut,
  EndReason.connectionForgotten,
  EndReason.lifetimeOver,
  EndReason.turnedAway,
  EndReason.queueFull,
  EndReason.quicIdle,
  EndReason.resetOnTheWay,
  EndReason.balancerReloaded,
  EndReason.markedDown,
];

/** Those of the network. Kernels of processes that pause go on, so that TCP gives up for nothing else. */
const OF_LINKS: readonly EndReasonIndex[] = [
  EndReason.linkCut,
  EndReason.connectionMuted,
  EndReason.mappingForgotten,
];

/** What ends at once for both, so that no server holds it any longer. */
const OF_BOTH: readonly EndReasonIndex[] = [
  EndReason.streamEnded,
  EndReason.pageClosed,
  EndReason.socketClosed,
  EndReason.serverStopping,
  EndReason.serverExited,
  EndReason.disconnectedByServer,
  EndReason.sendBufferFull,
];

/**
 * By cause: the reasons of the end that made it so; null: the cause says all. A closed list: each pair can come
 * about, and no other does. Where a cause has no null, something always came before.
 */
export const ROOTS: Readonly<Record<CauseIndex, readonly (EndReasonIndex | null)[]>> = {
  [Cause.noBackplane]: [null],
  [Cause.notSubscribed]: [
    null,
    EndReason.serverCrashed,
    EndReason.serverExited,
    EndReason.backplaneCrashed,
    EndReason.backplaneDown,
    EndReason.tcpTimedOut,
    EndReason.outputBufferFull,
  ],
  [Cause.backplaneDown]: [null],
  [Cause.serverCrashed]: [null],
  [Cause.recipientAway]: [
    null,
    ...OF_CLIENTS,
    ...OF_BOTH,
    EndReason.pingTimeout,
    EndReason.connectTimeout,
    EndReason.serverCrashed,
    EndReason.upgradeRefused,
    EndReason.loggedOut,
    EndReason.closedByPage,
  ],
  [Cause.handshakeRefused]: [EndReason.sessionUnknown, EndReason.cookieMissing],
  [Cause.idleClosed]: [null, ...SILENCES],
  [Cause.heartbeatTimedOut]: [null, ...SILENCES],
  [Cause.connectionClosed]: [
    ...OF_CLIENTS,
    ...OF_BOTH,
    EndReason.pingTimeout,
    EndReason.serverCrashed,
    EndReason.closedByPage,
  ],
  [Cause.sessionUnknown]: [null],
  [Cause.balancerCrashed]: [null],
  [Cause.gatewayTimeout]: [null, ...OF_LINKS, EndReason.processFrozen],
  [Cause.noServerLeft]: [null],
  [Cause.sessionGivenUp]: OF_CLIENTS,
  [Cause.cookieMissing]: [null],
  [Cause.unknownHere]: [null],
  [Cause.forgotten]: [null],
  [Cause.tcpTimedOut]: [null, ...OF_LINKS],
  [Cause.connectionForgotten]: [null, ...SILENCES],
  [Cause.lifetimeOver]: [null],
  [Cause.turnedAway]: [null],
  [Cause.datagramLost]: [null],
  [Cause.quicIdle]: [null, ...OF_LINKS],
  [Cause.betweenPolls]: [null],
  [Cause.beyondReplay]: [null],
  [Cause.keptInVain]: [null],
  [Cause.recoveryRefused]: [null],
  [Cause.volatileDropped]: [null],
  [Cause.bodyTooLong]: [null],
  [Cause.channelDown]: [null],
  [Cause.lostOnChannel]: [null],
  [Cause.budgetSpent]: [null],
  [Cause.neverSent]: [null],
  [Cause.handlerFailed]: [null],
  [Cause.seenNotDone]: [null],
  [Cause.overQuota]: [null],
  [Cause.overRate]: [null],
  [Cause.tooLarge]: [null],
  [Cause.contextLost]: [null],
  [Cause.afterSnapshot]: [null],
  [Cause.gapIgnored]: [null],
  [Cause.trimmed]: [null],
  [Cause.queueFull]: [null],
  [Cause.sendBufferFull]: [null],
  [Cause.outputBufferFull]: [null, EndReason.linkCut, EndReason.processFrozen],
  [Cause.staleOwner]: [null, EndReason.serverCrashed, EndReason.pageClosed],
  [Cause.notRegistered]: [null],
  [Cause.publishRefused]: [
    EndReason.serverCrashed,
    EndReason.serverExited,
    EndReason.backplaneCrashed,
    EndReason.backplaneDown,
    EndReason.tcpTimedOut,
  ],
  [Cause.eventNeverPublished]: [null],
};

/** Ends that may have a root themselves: one of the {@link SILENCES}. */
export const ENDS_OF_SILENCE: readonly EndReasonIndex[] = [
  EndReason.idleClosed,
  EndReason.gatewayTimeout,
  EndReason.pingTimeout,
  EndReason.connectTimeout,
  EndReason.tcpTimedOut,
  EndReason.connectionForgotten,
  EndReason.quicIdle,
  EndReason.resetOnTheWay,
  EndReason.outputBufferFull,
  EndReason.sendBufferFull,
];
