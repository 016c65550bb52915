/** What rules about what somebody misses have in common. */
import { CAUSES, Cause } from "../model/trace/causes.ts";
import { messageNumber } from "../run/message-number.ts";
import type { Breach, Setting } from "./rule.ts";

/** What is lost for these was lost between servers, before any that had its recipient could keep it. */
export const BETWEEN_SERVERS: readonly number[] = [
  Cause.noBackplane,
  Cause.notSubscribed,
  Cause.backplaneDown,
  Cause.publishRefused,
  Cause.trimmed,
  Cause.staleOwner,
  Cause.notRegistered,
];

/** A recipient misses a message, or what else becomes of it in the words of the rule. Ways to miss one are told apart by the cause. */
export function missed(
  nameOf: Setting["nameOf"],
  recipient: number,
  message: number,
  cause: number,
  so = "misses",
): Breach {
  const { name, label } = CAUSES[cause]!;
  return {
    key: name,
    text: `${nameOf(recipient)} ${so} message ${messageNumber(message)}: ${label}.`,
    clients: [recipient],
    message,
  };
}
