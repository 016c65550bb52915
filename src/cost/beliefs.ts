/** What people say of money and promises, refuted by arithmetic over inputs as they are. */
import { billsOf, estimate } from "./estimate.ts";
import { valuesWith } from "./inputs.ts";
import { allowedMinutes, DAYS_A_YEAR, inSeries } from "./promises.ts";
import { money, span } from "./words.ts";

interface ComputedBelief {
  /** As on the command line. */
  readonly name: string;
  readonly belief: string;
  /** What is true instead, with its source. */
  readonly truth: string;
  /** What would hold. */
  readonly statement: string;
  readonly refute: () => { readonly isRefuted: boolean; readonly says: readonly string[] };
}

export const COMPUTED_BELIEFS: readonly ComputedBelief[] = [
  {
    name: "building-is-cheap",
    belief: "Building is cheap: the servers cost next to nothing.",
    truth:
      "They do, and people do not: what one builds must be built, kept up and kept secure. Below some load that is more than a vendor's whole bill. FACTS §9.",
    statement: "For 2,000 connections, building costs less than what one can buy.",
    refute: () => {
      const values = valuesWith({ connections: 2000 });
      const { cheapest } = estimate(values);
      const build = billsOf(values)[0]!;
      const people = build.total! - build.fee!;
      return {
        isRefuted: cheapest !== null && cheapest.name !== "build" && people > build.fee!,
        says: [
          `Machines and traffic: ${money(build.fee)} for 30 days.`,
          `People who build it and keep it up: ${money(people)}.`,
          `«${cheapest?.title}», with people who put it in and keep it up: ${money(cheapest?.total ?? null)}.`,
        ],
      };
    },
  },
  {
    name: "five-nines-reach-users",
    belief: "99.999 % means my users see it.",
    truth:
      "It is a promise about the vendor's side. Your own part and each user's line stand in the same row, and the row is worse than its weakest member. FACTS §9.",
    statement: "With a vendor at 99.999 % a user is without it for no more than 5.26 minutes a year.",
    refute: () => {
      const promised = allowedMinutes(99.999, DAYS_A_YEAR);
      const row = inSeries([99.999, 99.95, 99.95]);
      const seen = allowedMinutes(row, DAYS_A_YEAR);
      return {
        isRefuted: seen > promised,
        says: [
          `The vendor may be away for ${span(promised)} a year.`,
          `If your own part and the user's line were both as good as another vendor's 99.95 %, all three are there for ${Number(row.toPrecision(6))} % of the time.`,
          `So the user is without it for ${span(seen)} a year, and a credit is due for none of it.`,
        ],
      };
    },
  },
];
