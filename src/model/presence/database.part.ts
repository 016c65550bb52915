import { durationMs } from "../world/field.ts";
import { NEWS } from "./fields.ts";

/** What is known of it before it is needed. */
export const DATABASE = {
  says: "a table in a database, which each page asks again and again",
  fields: {
    ...NEWS,
    pollMs: durationMs(2000, {
      says: "How often each page asks who is online, which says that it is there; an assumption",
      tried: [200, 700],
    }),
    ttlMs: durationMs(6000, {
      says: "How long ago a page may have asked last, to count as online; an assumption: three questions",
      tried: [800, 1600],
    }),
  },
  isRefreshed: true,
  isBelievedByServers: true,
  isSaved: true,
} as const;
