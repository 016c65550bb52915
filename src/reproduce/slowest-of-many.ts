/** Who waits for many answers waits for the slowest: what is rare at one server is usual where all are asked. */
import { SeededChoices } from "../kernel/choices.ts";
import { chance } from "../kernel/sampling.ts";
import { figures, type PublishedResult } from "./result.ts";

const QUESTIONS = 10_000;

/** The share of questions, in percent, of which one answer at least is slow. */
function slowPercent(servers: number, probability: number): number {
  const choices = new SeededChoices(servers, ["slow"]);
  let slow = 0;
  for (let question = 0; question < QUESTIONS; question++)
    for (let server = 0; server < servers; server++)
      if (chance(choices, 0, probability)) {
        slow++;
        break;
      }
  return (100 * slow) / QUESTIONS;
}

export const slowestOfMany: PublishedResult = {
  name: "slowest-of-many",
  says: "If one answer of a hundred is slow at each server, 63 % of the questions that ask a hundred servers are slow",
  source: "FACTS §14.7: Dean and Barroso, «The Tail at Scale»",
  how: `${QUESTIONS} questions by chance`,
  figures: () =>
    figures(0.03, [
      ["100 servers, slow once in 100: % of questions", 63.4, slowPercent(100, 0.01)],
      ["2,000 servers, slow once in 10,000: % of questions", 18.1, slowPercent(2000, 0.0001)],
    ]),
};
