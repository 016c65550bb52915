import { type Counterexample, scenarioFile } from "../../check/counterexample.ts";
import { EMPTY_STATE, encodeLink } from "../../run/address.ts";
import { packText } from "../../run/pack.ts";

/** Where `npm start` serves the page. */
export const DEFAULT_PAGE = "http://localhost:4173/";

/** The address at which the page shows a counterexample, at the moment at which the rule broke. */
export async function linkTo(page: string, counterexample: Counterexample): Promise<string> {
  const file = await packText(JSON.stringify(scenarioFile(counterexample)));
  return `${page}#${encodeLink({ ...EMPTY_STATE, file, timeUs: counterexample.timeUs })}`;
}
