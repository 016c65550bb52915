import { type Counterexample, scenarioFile } from "../../check/counterexample.ts";
import { EMPTY_STATE, encodeLink } from "../../run/address.ts";
import { packText } from "../../run/pack.ts";

/** The address at which the page shows a counterexample, at the moment at which the rule broke. */
export async function linkTo(baseUrl: string, counterexample: Counterexample): Promise<string> {
  const file = await packText(JSON.stringify(scenarioFile(counterexample)));
  return `${baseUrl}#${encodeLink({ ...EMPTY_STATE, file, timeUs: counterexample.timeUs })}`;
}
