import type { PresenceStore } from "./family.ts";

const nothing = () => {};

/** Nobody asks who is online. */
export const none = {
  says: "nobody keeps who is online",
  isRefreshed: false,
  add: nothing,
  remove: nothing,
} satisfies PresenceStore;
