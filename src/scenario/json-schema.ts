/** The JSON Schema of scenario files, generated from the schema that the parser uses. */
import { z } from "zod";
import { scenarioSchema } from "./schema.ts";

/** Draft 2020-12, of a scenario as it is written: fields with defaults may be left out. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, {
    io: "input",
    target: "draft-2020-12",
    unrepresentable: "any",
  });
  return { $schema, $id: "https://fanout-lab.invalid/scenario.schema.json", ...rest };
}
