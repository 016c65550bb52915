/** What became of a request, in the words of the request log. */
import { END_REASONS, EndReason } from "../../model/trace/end-reasons.ts";
import { BAD_REQUEST, FORBIDDEN, RequestKind, SESSION_ID_UNKNOWN } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { BALANCER } from "../../scenario/names.ts";
import { nodeInSentence } from "../run/naming.ts";
import { errorText, type RequestRow } from "../run/requests.ts";

/** Why a request got the error that it got, in one sentence; empty if it got none. */
export function explainRequest(run: RunResult, row: RequestRow): string {
  if (row.error !== SESSION_ID_UNKNOWN) {
    if (row.status === 502)
      return isByProxy(run, row)
        ? `${nodeInSentence(run, row.by)} got no answer from ${nodeInSentence(run, row.by + 1)}.`
        : "No server took the request.";
    if (row.status === 503 && row.by === row.server) return "As many waited there as may.";
    if (row.status === 503) return "No server that may be asked took the request.";
    if (row.status === 504)
      return `No answer came within ${nodeInSentence(run, row.by)}’s read timeout.${row.kind === RequestKind.poll ? " The server closes the session of a poll that was ended so." : ""}`;
    if (row.error === BAD_REQUEST)
      return "The header that asks for a WebSocket was dropped on the way: the server got an ordinary request, and refused it.";
    if (row.error === FORBIDDEN) return "The client’s login has expired.";
    return row.status >= 400 ? errorText(row.error) : "";
  }
  if (row.sessionEnd === EndReason.cookieMissing) return END_REASONS[row.sessionEnd].sentence;
  if (row.sessionEnd >= 0 && row.sessionEnd !== EndReason.sessionUnknown)
    return `The session was over by then (${END_REASONS[row.sessionEnd].label}), and no server holds it any more.`;
  const here = run.nodes[row.server]?.name ?? "This server";
  const home = run.nodes[row.sessionServer]?.name;
  return home && row.sessionServer !== row.server
    ? `The session lives in the memory of ${home}, which answered the handshake. The balancer sent this request to ${here}, which has never heard of it.`
    : `${here} does not hold this session: it exists only in the memory of the server that made it.`;
}

/** The server that was asked; or why there is none. */
export function sentTo(run: RunResult, row: RequestRow): string {
  if (row.server >= 0) return run.nodes[row.server]?.name ?? "?";
  return isByProxy(run, row) ? "none" : "none left";
}

function isByProxy({ nodes }: RunResult, { by }: RequestRow): boolean {
  return nodes[by]?.kind === "balancer" && nodes[by].name !== BALANCER;
}
