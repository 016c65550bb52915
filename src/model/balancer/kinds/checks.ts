/** Fields of kinds that check whether servers are there. What checks do: health.ts. */
import { count, durationOr, type NumberField, type TimerField } from "../../world/field.ts";

export function interval(
  initial: number | "none",
  about: Pick<TimerField, "says" | "source" | "tried">,
): TimerField<"none"> {
  return durationOr(["none"], initial, about as Pick<TimerField<"none">, "says" | "source" | "tried">);
}

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
