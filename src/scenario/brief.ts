import { DEFAULTS } from "./defaults.ts";
import type { Scenario, ScenarioInput } from "./schema.ts";

/** A scenario as a person would write it: without what is at its default. Parsing it gives the scenario again. */
export function brief(scenario: Scenario): ScenarioInput {
  const { clients, workload, ...rest } = scenario;
  const written = without({ ...rest, clients: [], workload: [] }, { ...DEFAULTS, clients: [], workload: [] });
  return {
    version: scenario.version,
    name: scenario.name,
    title: scenario.title,
    summary: scenario.summary,
    ...(written as object),
    clients: clients.map((group) => ({
      name: group.name,
      ...(without(group, DEFAULTS.clients[0]) as object),
    })),
    ...(workload.length === 0
      ? {}
      : {
          workload: workload.map((send) => ({
            from: send.from,
            ...(without(send, { to: DEFAULTS.workload[0].to }) as object),
          })),
        }),
  } as ScenarioInput;
}

/** A record without the fields that are equal in `standard`. */
function without(value: object, standard: object | undefined): unknown {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]: [string, unknown]) => {
      const other = (standard as Record<string, unknown> | undefined)?.[key];
      if (JSON.stringify(field) === JSON.stringify(other)) return [];
      const isPart = isRecord(field) && isRecord(other) && field.distribution === undefined;
      return [[key, isPart ? without(field, likeFor(field, other)) : field]];
    }),
  );
}

/** What a record is held against. One of another kind has defaults of its own, so that no number of the standard stands for it. */
function likeFor(field: Record<string, unknown>, standard: Record<string, unknown>): Record<string, unknown> {
  if (field.kind === standard.kind) return standard;
  return Object.fromEntries(Object.entries(standard).filter(([, value]) => typeof value !== "number"));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
