import { AbsenceMonitor } from "../absence.ts";
import type { Rule } from "../rule.ts";

/**
 * What people take «reconnected» for (FACTS §1.5, §1.6; ground-truth 09, 12): who is connected again has all that servers
 * handed out since it was connected first. Nothing is promised of what never came so far, nor to who does not come back.
 */
export const caughtUp: Rule = {
  name: "caught-up",
  kind: "always",
  statement: "Who is connected again has missed nothing in its absence.",
  subject: ["copy for those who were connected", "copies for those who were connected"],
  whenNone: "nothing is sent to anybody who has been connected",
  watch: (setting) => new AbsenceMonitor(setting, "always"),
};
