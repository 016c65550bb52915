/** The ladder of timeouts as text. */
import { breakOf, inWords, laddersOf } from "../scenario/ladder.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Style } from "./text.ts";

/** The longest time first, the shortest at the bottom. */
export function ladderText(scenario: Scenario, style: Style): string {
  const ladders = laddersOf(scenario);
  if (ladders.length === 0) return "No ladder: nobody here stays connected.\n";
  const texts = ladders.map((ladder) => {
    const broken = breakOf(ladder);
    return [
      `Ladder of ${ladder.groups.join(", ")}`,
      ...[...ladder.rungs].reverse().map(({ ms, says, field, isPing, breaks }) => {
        const mark = breaks ? style.bad("✕") : isPing ? "·" : " ";
        return `${mark} ${inWords(ms).padStart(9)}  ${says}${field === "" ? "" : style.faint(` (${field})`)}`;
      }),
      broken === null ? "Nothing strikes as long as pings come." : style.bad(`Breaks: ${broken}.`),
    ].join("\n");
  });
  return `${texts.join("\n\n")}\n`;
}
