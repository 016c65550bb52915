/** `fanout cost`: what a load costs, built or bought. */
import { type Command, InvalidArgumentError } from "commander";
import { estimate } from "../../cost/estimate.ts";
import { type Changes, readInput, valuesWith } from "../../cost/inputs.ts";
import { costDocument, costText, inputsText } from "../cost.ts";
import type { Io } from "../io.ts";
import { styleOf } from "../text.ts";

interface CostOptions {
  readonly set?: Changes;
  readonly inputs?: boolean;
  readonly json?: boolean;
}

export function addCost(program: Command, io: Io): void {
  program
    .command("cost")
    .description("what a load costs, built or bought: bills, where they cross, and what promises allow")
    .option("-s, --set <name=value>", "change an input; may be repeated", parseChange)
    .option("--inputs", "list all inputs, each with its source and date, instead of the report")
    .option("--json", "print one JSON document instead of the report")
    .addHelpText(
      "after",
      `
Prices are those that somebody was seen to publish, with place and day; one that nobody publishes is
missing, until you set it. People's work is an assumption: set your own.

Examples:
  $ fanout cost
  $ fanout cost --inputs
  $ fanout cost --set connections=2000 --set sendsPerHour=60 --set budget=3000
  $ fanout cost --set vonageMonth=0 --set vonageMessages=2 --json`,
    )
    .action(async ({ set = {}, inputs, json }: CostOptions) => {
      const values = valuesWith(set);
      const style = styleOf(io.color);
      if (json === true) return io.out(`${JSON.stringify(costDocument(estimate(values)), null, 2)}\n`);
      await io.out(inputs === true ? inputsText(values, style) : costText(estimate(values), style));
    });
}

/** One `--set name=value`. */
function parseChange(text: string, earlier: Changes = {}): Changes {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("It must be name=value, as in connections=2000.");
  const read = readInput(text.slice(0, equals).trim(), text.slice(equals + 1));
  if (typeof read === "string")
    throw new InvalidArgumentError(`${read.replace(/^there/, "There")}${read.endsWith("?") ? "" : "."}`);
  return { ...earlier, [read.name]: read.value };
}
