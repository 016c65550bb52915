/** Options that commands share. */
import type { Command } from "commander";
import { grouped } from "../run/grouped.ts";
import { DEFAULT_BOUNDS } from "../run/run.ts";
import { parseDuration, parseSetting, parseWhole, type Setting } from "./arguments.ts";

/** Which scenario, and how it is turned. */
export interface ScenarioOptions {
  readonly variant?: string;
  readonly set?: readonly Setting[];
  readonly seed?: number;
  readonly until?: number;
}

export interface SourceOptions extends ScenarioOptions {
  readonly maxEvents?: number;
}

export const SET_HELP = `
A path names a field of the scenario: servers.count, network.client.latencyMs, clients.A.transport (a group by
its name), clients.*.transport (all groups), workload.0.atMs (an entry by its number, from 0). A value is JSON,
or else text. All fields: docs/reference/scenario.md.`;

export function addScenarioOptions(command: Command): Command {
  return command
    .argument("<lesson|file>", "a lesson's name, the path of a scenario file, or - for standard input")
    .option("-V, --variant <name>", "choose one of the scenario's variants")
    .option(
      "-s, --set <path=value>",
      "set a field of the scenario; may be repeated, and comes after the variant",
      parseSetting,
    )
    .option(
      "--seed <n>",
      "use this seed instead of the scenario's: 0 to 4,294,967,295",
      parseWhole(0, 4_294_967_295),
    )
    .option(
      "--until <duration>",
      "end at this simulated time, as 30s, 500ms or 2m, instead of the scenario's durationMs",
      parseDuration,
    );
}

/** What `run` and `trace` take. */
export function addSourceOptions(command: Command): Command {
  return addScenarioOptions(command).option(
    "--max-events <n>",
    `end after so many events at most (default: ${grouped(DEFAULT_BOUNDS.events)})`,
    parseWhole(1, DEFAULT_BOUNDS.events),
  );
}

/** As the simulator wants them. */
export function boundsOf(options: SourceOptions) {
  return {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.until === undefined ? {} : { untilUs: options.until }),
    ...(options.maxEvents === undefined ? {} : { maxEvents: options.maxEvents }),
  };
}
