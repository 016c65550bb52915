/** `fanout schema`: the JSON Schema of scenario files, from which editors complete and check. */
import type { Command } from "commander";
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import type { Io } from "../io.ts";
import { openOutput } from "../output.ts";

export function addSchema(program: Command, io: Io): void {
  program
    .command("schema")
    .description("print the JSON Schema of scenario files")
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addHelpText(
      "after",
      `
A scenario file that begins with "$schema": "<path to the file>" is completed and checked by editors.

Examples:
  $ fanout schema -o scenario.schema.json`,
    )
    .action(async (options: { output?: string }) => {
      const output = await openOutput(io, options.output);
      await output.write([schemaText()]);
    });
}

export function schemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}
