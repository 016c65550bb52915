/** What `fanout run` says of who was connected where: each server's clients, and a table over time if connections were lost or failed. */
import { type Attendance, attendanceOf, type Span } from "../run/attendance.ts";
import { grouped } from "../run/grouped.ts";
import type { CliResult } from "./simulate.ts";
import { counted, inColumns, seconds } from "./text.ts";

/** With more servers than these, only the fullest are named, and the table has none of them. */
const SERVERS_LISTED = 8;

export function attendanceLines(run: CliResult): { label: string; text: string }[] {
  const attendance = attendanceOf(run);
  return [...serverLines(attendance), ...table(attendance)];
}

/** Where there is one server, the line on connections has said it. */
function serverLines({ servers }: Attendance): { label: string; text: string }[] {
  if (servers.length < 2 || servers.every(({ most }) => most === 0)) return [];
  const listed =
    servers.length <= SERVERS_LISTED
      ? servers
      : servers.toSorted((one, other) => other.most - one.most).slice(0, SERVERS_LISTED);
  const width = Math.max(...listed.map(({ server }) => server.length));
  const lines = listed.map(
    ({ server, atEnd, most }) =>
      `${server.padEnd(width)}  ${counted(atEnd, "client")} at the end, ${grouped(most)} at most`,
  );
  const rest = servers.length - listed.length;
  if (rest > 0) lines.push(`… and ${counted(rest, "server")} with fewer at most`);
  return lines.map((text, i) => ({ label: i === 0 ? "servers" : "", text }));
}

/** Whether nothing happened in a span: the one before may then stand for both. */
function isAsBefore(spans: readonly Span[], i: number): boolean {
  const [before, span] = [spans[i - 1], spans[i]];
  if (before === undefined || span === undefined) return false;
  const isQuiet = before.lost + before.failed + span.lost + span.failed === 0;
  return isQuiet && span.byServer.every((clients, server) => clients === before.byServer[server]);
}

function table({ servers, spans }: Attendance): { label: string; text: string }[] {
  if (spans.every(({ lost, failed }) => lost + failed === 0)) return [];
  const named = servers.length > 1 && servers.length <= SERVERS_LISTED ? servers : [];
  const heads = ["until", "connected", "lost", "failed", ...named.map(({ server }) => server)];
  const row = ({ untilUs, connected, lost, failed, byServer }: Span) => [
    seconds(untilUs),
    ...[connected, lost, failed, ...(named.length === 0 ? [] : byServer)].map(grouped),
  ];
  const rows = [heads, ...spans.filter((_, i) => !isAsBefore(spans, i + 1)).map(row)];
  return inColumns(rows, 0).map((text, i) => ({ label: i === 0 ? "over time" : "", text }));
}
