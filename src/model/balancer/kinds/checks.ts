/** Fields of kinds that check whether servers are there. What checks do: health.ts. */
import { count, durationOr, type NumberField, type SettingsOf } from "../../world/field.ts";
import type { HealthChecks } from "./kind.ts";

export function fall(initial: number, source: string): NumberField {
  return {
    ...count(initial, 100, {
      says: "How many checks in a row must fail until a server is marked down",
      source,
    }),
    min: 1,
  };
}

export function rise(initial: number, source: string): NumberField {
  return {
    ...count(initial, 100, {
      says: "How many checks in a row must succeed until a server that was marked down is marked up",
      source,
    }),
    min: 1,
  };
}

/** Of a target group of AWS, whichever of its balancers asks. */
export const TARGET_CHECKS = {
  checkIntervalMs: durationOr(["none"], 30_000, {
    says: "How often a target is checked; none: for a look at what the checks do",
    source: "FACTS §3",
    tried: [300],
  }),
  fall: fall(2, "FACTS §3"),
  rise: rise(5, "FACTS §3"),
};

/** A check that is not answered in time has failed. Where all targets are unhealthy, all are asked. */
export function targetChecks(timeoutUs: number): (own: SettingsOf<typeof TARGET_CHECKS>) => HealthChecks {
  return ({ checkIntervalUs, fall, rise }) => ({
    intervalUs: checkIntervalUs,
    timeoutUs: Math.min(checkIntervalUs, timeoutUs),
    fall,
    rise,
    failsOpen: true,
    endsMarked: false,
  });
}
