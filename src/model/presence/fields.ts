/** Fields that kinds of presence share. */
import { durationMs, yesOrNo } from "../world/field.ts";

/** Of those for whom servers tell everybody. */
export const NEWS = {
  tellsEverybody: yesOrNo(false, {
    says: "Whether a server tells everybody who has the page open, by a message, of each connection that begins and ends at it: one message for each such event and each member, which is quadratic",
    source: "FACTS §6",
  }),
};

/** Of those that are read every so often. */
export const OBSERVED = {
  observeMs: durationMs(20, {
    says: "How often observers read who is online",
    source: "ground-truth 27",
    tried: [100],
  }),
};

/** Of those in Redis. */
export const STORED = { ...OBSERVED, ...NEWS };

/** Of those in Redis whose entries expire. */
export const EXPIRING = {
  ...STORED,
  ttlMs: durationMs(3000, {
    says: "How long an entry counts after it was written last",
    source: "ground-truth 27; FACTS §6",
    tried: [400, 900],
  }),
  refreshMs: durationMs(1000, {
    says: "How often a server writes the entry of a connection that it holds",
    source: "ground-truth 27; FACTS §6",
    tried: [150, 500],
  }),
};
