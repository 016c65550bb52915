/** Fields that kinds of presence share. */
import { durationMs, yesOrNo } from "../world/field.ts";

/** Of all: what servers tell pages. */
export const NEWS = {
  tellsEverybody: yesOrNo(false, {
    says: "Whether a server tells everybody who has the page open, by a message, of each connection that begins and ends at it: one message for each such event and each member, which is quadratic",
    source: "FACTS §6",
  }),
};

/** Of those that are read. */
export const OBSERVED = {
  ...NEWS,
  observeMs: durationMs(20, {
    says: "How often observers read who is online",
    source: "ground-truth 27",
    tried: [100],
  }),
};

/** Of those whose entries expire. */
export const EXPIRING = {
  ...OBSERVED,
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
