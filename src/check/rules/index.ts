/** The built-in rules, by name. */
import type { RuleName } from "../../scenario/rules.ts";
import type { Rule } from "../rule.ts";
import { affinity } from "./affinity.ts";
import { affinityUnderFailure } from "./affinity-under-failure.ts";
import { atLeastOnce } from "./at-least-once.ts";
import { atMostOnce } from "./at-most-once.ts";
import { backInThree } from "./back-in-three.ts";
import { billWithinBudget } from "./bill-within-budget.ts";
import { caughtUp } from "./caught-up.ts";
import { conservation } from "./conservation.ts";
import { contextSurvives } from "./context-survives.ts";
import { delivery } from "./delivery.ts";
import { effectivelyOnce } from "./effectively-once.ts";
import { fallbackConnects } from "./fallback-connects.ts";
import { filterDeniesNobody } from "./filter-denies-nobody.ts";
import { gapless } from "./gapless.ts";
import { halfOpenNoticed } from "./half-open-noticed.ts";
import { handshakeCompletes } from "./handshake-completes.ts";
import { newestWins } from "./newest-wins.ts";
import { noGhost } from "./no-ghost.ts";
import { noIdleCut } from "./no-idle-cut.ts";
import { nobodyMissing } from "./nobody-missing.ts";
import { order } from "./order.ts";
import { orderEverywhere } from "./order-everywhere.ts";
import { orderPerServer } from "./order-per-server.ts";
import { orderUnderRetry } from "./order-under-retry.ts";
import { outcomeIsTrue } from "./outcome-is-true.ts";
import { recovered } from "./recovered.ts";
import { saidBeforeStop } from "./said-before-stop.ts";
import { snapshotContinues } from "./snapshot-continues.ts";
import { somethingArrives } from "./something-arrives.ts";
import { staleOwnerNoticed } from "./stale-owner-noticed.ts";
import { streamOrder } from "./stream-order.ts";
import { streamReplays } from "./stream-replays.ts";
import { toldIffDone } from "./told-iff-done.ts";
import { toldOnce } from "./told-once.ts";
import { withinBudget } from "./within-budget.ts";
import { withinLimits } from "./within-limits.ts";

export const rules = {
  conservation,
  "at-most-once": atMostOnce,
  delivery,
  order,
  affinity,
  "handshake-completes": handshakeCompletes,
  "no-idle-cut": noIdleCut,
  "half-open-noticed": halfOpenNoticed,
  "within-limits": withinLimits,
  gapless,
  "something-arrives": somethingArrives,
  "fallback-connects": fallbackConnects,
  "stream-order": streamOrder,
  "caught-up": caughtUp,
  recovered,
  "told-once": toldOnce,
  "within-budget": withinBudget,
  "at-least-once": atLeastOnce,
  "effectively-once": effectivelyOnce,
  "outcome-is-true": outcomeIsTrue,
  "order-under-retry": orderUnderRetry,
  "no-ghost": noGhost,
  "nobody-missing": nobodyMissing,
  "filter-denies-nobody": filterDeniesNobody,
  "bill-within-budget": billWithinBudget,
  "context-survives": contextSurvives,
  "newest-wins": newestWins,
  "snapshot-continues": snapshotContinues,
  "told-iff-done": toldIffDone,
  "stream-replays": streamReplays,
  "stale-owner-noticed": staleOwnerNoticed,
  "said-before-stop": saidBeforeStop,
  "affinity-under-failure": affinityUnderFailure,
  "order-per-server": orderPerServer,
  "order-everywhere": orderEverywhere,
  "back-in-three": backInThree,
} as const satisfies Record<RuleName, Rule>;
