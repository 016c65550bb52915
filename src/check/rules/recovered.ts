import { AbsenceMonitor } from "../absence.ts";
import type { Rule } from "../rule.ts";

/**
 * What `recovered` means (FACTS §1.6; ground-truth 12): a client that is told that its session was taken back gets all that its
 * server handed out in its absence. Nothing is promised to one that is told otherwise: it has to load anew what it missed.
 */
export const recovered: Rule = {
  name: "recovered",
  kind: "always",
  statement: "Who is told that it was taken back has missed nothing in its absence.",
  subject: ["copy for those who were connected", "copies for those who were connected"],
  whenNone: "nothing is sent to anybody who has been connected",
  watch: (setting) => new AbsenceMonitor(setting, "if taken back"),
};
