/**
 * What a server's process says of a session to whoever keeps who is online: once when its socket has joined its rooms, then again
 * and again, if that is asked for, and once when the session is over. A process that is killed says nothing more; one that stands
 * still refreshes nothing, and all at once when it goes on. Ground-truth 27-presence.
 *
 * Leaves out: a store that refuses a command, and presence of clients that hold no Socket.IO connection.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { announcerPart } from "./announcer.part.ts";
import { storeOf } from "./index.ts";
import { tellJoin, tellLeave } from "./news.ts";
import { beginLooking, endLooking, sendAdd, sendRemove } from "./store.ts";

const behaviour = {
  actions: { announce: sendAdd, withdraw: sendRemove, tellJoin, tellLeave, beginLooking, endLooking },
  guards: { refreshes: (world: World) => storeOf(world).isRefreshed },
  delays: {
    refresh: ({ settings }: World) =>
      (settings.presence.own.refreshUs ?? settings.presence.own.pollUs) as number,
  },
} satisfies Behaviour<World>;

export const announcerMachine = machineOf(announcerPart, behaviour, {
  initial: "idle",
  states: {
    idle: {
      on: {
        ANNOUNCE: [
          { guard: "refreshes", target: "refreshing", actions: ["beginLooking", "announce", "tellJoin"] },
          { target: "resting", actions: ["beginLooking", "announce", "tellJoin"] },
        ],
      },
    },
    resting: {
      on: { WITHDRAW: { target: "idle", actions: ["endLooking", "withdraw", "tellLeave"] }, CRASH: "idle" },
    },
    refreshing: {
      on: { WITHDRAW: { target: "idle", actions: ["endLooking", "withdraw", "tellLeave"] }, CRASH: "idle" },
      after: { refresh: { target: "refreshing", reenter: true, actions: "announce" } },
    },
  },
});
