/** Rules that a scenario states as data: counts, times and orders of records in the trace. */
import { msToUs } from "../kernel/time.ts";
import { CAUSES } from "../model/trace/causes.ts";
import { RecordKind, type Records, readerOf } from "../model/trace/records.ts";
import type { EventPattern, OwnRule } from "../scenario/own-rule.ts";
import { type RuleScope, SCOPE_VALUES } from "../scenario/rules.ts";
import type { Breach, Monitor, Rule, Setting } from "./rule.ts";
import type { Subject } from "./scope.ts";

// The client, server, message or copy that a record is about; −1 if there is none.
const clientOf = readerOf(...SCOPE_VALUES.client);
const serverOf = readerOf(...SCOPE_VALUES.server);
const messageOf = readerOf(...SCOPE_VALUES.message);
const copyOf = readerOf(...SCOPE_VALUES.copy);
const causeOf = readerOf("cause");
const statusOf = readerOf("status");

/** What nobody wants: a rule whose clock starts with it has nothing to judge where it does not come. */
const TROUBLES: readonly string[] = ["disconnected", "lost"];

/** The rule that a scenario calls `name`. */
export function ownRule(name: string, rule: OwnRule): Rule {
  switch (rule.type) {
    case "count":
      return {
        name,
        kind: rule.atLeast === undefined ? "always" : "eventually",
        statement: rule.statement,
        subject: SCOPES[rule.per],
        whenNone: `there is no ${rule.per}`,
        watch: count(name, rule),
      };
    case "within":
      return {
        name,
        kind: "eventually",
        statement: rule.statement,
        subject: ["clock", "clocks"],
        whenNone: `nothing starts its clock: there is no ${words(rule.from)}`,
        ...(TROUBLES.includes(rule.from.event) ? { followsTrouble: true } : {}),
        watch: within(name, rule),
      };
    case "order":
      return {
        name,
        kind: "always",
        statement: rule.statement,
        subject: ["record", "records"],
        whenNone: `there is no ${words(rule.then)}`,
        watch: inOrder(name, rule),
      };
  }
}

/** What a counting rule judges, by its scope. */
const SCOPES: Readonly<Record<RuleScope, Subject>> = {
  run: ["run", "runs"],
  client: ["client", "clients"],
  server: ["server", "servers"],
  message: ["message", "messages"],
  copy: ["copy", "copies"],
};

type Rest<T extends OwnRule["type"]> = Extract<OwnRule, { readonly type: T }>;
type Watch = Rule["watch"];

function count(name: string, { of, per, atMost, atLeast }: Rest<"count">): Watch {
  return (setting) => {
    const seen = new Map<number, number>();
    /**
     * By key: the clients that the records were about. Only a story needs them; whether the rule breaks does
     * not depend on them, so they are not in the digest.
     */
    const about = new Map<number, number[]>();
    const matches = matcher(setting, of);
    // A rule that counts for each message or copy also counts for those for which there is no such record.
    const born = per === "message" || per === "copy" ? RecordKind[per] : null;
    const keys = (): readonly number[] => {
      switch (per) {
        case "client":
          return range(setting.clients);
        case "server":
          return range(setting.servers, setting.firstServerNode);
        case "run":
          return [0];
        default:
          return [...seen.keys()];
      }
    };
    return {
      sees: born === null ? [RecordKind[of.event]] : [RecordKind[of.event], born],
      see: (trace, row) => {
        const key = keyOf(setting, per, trace, row);
        if (trace.kind[row] === born && !seen.has(key)) seen.set(key, 0);
        if (!matches(trace, row)) return null;
        const n = (seen.get(key) ?? 0) + 1;
        seen.set(key, n);
        if (atMost === undefined || n > atMost + 1) return null;
        const clients = about.get(key) ?? [];
        about.set(key, clients);
        if (clientOf(trace, row) >= 0) clients.push(clientOf(trace, row));
        if (n !== atMost + 1) return null;
        const text = `${words(of)} number ${n}; at most ${atMost} may be`;
        return { ...breach(setting, name, per, trace, row, text), clients: [...new Set(clients)] };
      },
      end: () => {
        if (atLeast === undefined) return null;
        const short = keys().find((key) => (seen.get(key) ?? 0) < atLeast);
        if (short === undefined) return null;
        const whose = per === "client" || per === "server" ? `${setting.nameOf(short)}: ` : "";
        return {
          key: name,
          text: `${whose}${seen.get(short) ?? 0} × ${words(of)}; at least ${atLeast} must be.`,
          clients: per === "client" ? [short] : [],
          message: per === "message" ? short : -1,
        };
      },
      scope: () => ({ spoke: keys().length, open: 0, exempt: {} }),
      digest: (add) => digestMap(seen, add),
    };
  };
}

function within(name: string, { from, to, per, withinMs, share }: Rest<"within">): Watch {
  return (setting): Monitor => {
    const limitUs = msToUs(withinMs);
    /** The clocks that run, in order of time: by key, when each is due and the record that started it. */
    const running = new Map<number, { readonly dueUs: number; readonly breach: Breach }>();
    const begins = matcher(setting, from);
    const ends = matcher(setting, to);
    const what = `no ${words(to)} within ${withinMs} ms of ${words(from)}`;
    let spoke = 0;
    const late = lateClocks();
    /** Of a share: takes out the clocks whose time was over before now. */
    const settle = (nowUs: number) => {
      for (const [key, clock] of running) {
        if (clock.dueUs >= nowUs) return;
        running.delete(key);
        late.add(clock.breach);
      }
    };
    const breaks: Pick<Monitor, "dueUs" | "overdue" | "end"> =
      share === undefined
        ? {
            dueUs: () => running.values().next().value?.dueUs ?? Number.POSITIVE_INFINITY,
            overdue: () => running.values().next().value!.breach,
          }
        : {
            end: (endUs) => {
              settle(endUs);
              return late.breachOf(share, spoke);
            },
          };
    return {
      sees: [RecordKind[from.event], RecordKind[to.event]],
      see: (trace, row) => {
        if (share !== undefined) settle(trace.timeUs[row]);
        const key = keyOf(setting, per, trace, row);
        if (ends(trace, row) && running.delete(key)) spoke++;
        if (begins(trace, row) && !running.has(key))
          running.set(key, {
            dueUs: trace.timeUs[row] + limitUs,
            breach: breach(setting, name, per, trace, row, what),
          });
        return null;
      },
      ...breaks,
      scope: () => ({ spoke, open: running.size, exempt: late.exempt() }),
      digest: (add) => {
        if (share !== undefined) for (const count of [spoke, late.count()]) add(count);
        for (const [key, { dueUs }] of running) {
          add(key);
          add(dueUs);
        }
      },
    };
  };
}

/** Of a rule that asks for a share: the clocks that ran too long. Whether they were too many is known when the run is over. */
function lateClocks() {
  let count = 0;
  /** What a story tells of: whether the rule breaks does not depend on it. */
  let first: Breach | null = null;
  return {
    add: (breach: Breach) => {
      count++;
      first ??= breach;
    },
    count: () => count,
    exempt: (): Readonly<Record<string, number>> =>
      count === 0 ? {} : { "too late, as the share allows": count },
    breachOf: (share: number, inTime: number): Breach | null => {
      if (first === null || inTime / (inTime + count) >= share) return null;
      const percent = Math.round(share * 1e6) / 1e4;
      return {
        ...first,
        text: `${count} of ${inTime + count} clocks ran too long, and ${percent} % must not. The first: ${first.text}`,
      };
    },
  };
}

function inOrder(name: string, { first, then, per }: Rest<"order">): Watch {
  return (setting) => {
    const seen = new Map<number, number>();
    const isFirst = matcher(setting, first);
    const isThen = matcher(setting, then);
    let spoke = 0;
    return {
      sees: [RecordKind[first.event], RecordKind[then.event]],
      see: (trace, row) => {
        const key = keyOf(setting, per, trace, row);
        if (isFirst(trace, row)) seen.set(key, 1);
        if (!isThen(trace, row)) return null;
        if (seen.has(key)) {
          spoke++;
          return null;
        }
        return breach(setting, name, per, trace, row, `${words(then)} before any ${words(first)}`);
      },
      scope: () => ({ spoke, open: 0, exempt: {} }),
      digest: (add) => digestMap(seen, add),
    };
  };
}

function digestMap(map: ReadonlyMap<number, number>, add: (value: number) => void): void {
  for (const [key, value] of map) {
    add(key);
    add(value);
  }
}

function breach(
  setting: Setting,
  name: string,
  per: RuleScope,
  trace: Records,
  row: number,
  what: string,
): Breach {
  const client = clientOf(trace, row);
  const whose =
    per === "client" && client >= 0
      ? `${setting.nameOf(client)}: `
      : per === "server"
        ? `${setting.nameOf(serverOf(trace, row))}: `
        : "";
  return {
    key: name,
    text: whose === "" ? `${what[0].toUpperCase()}${what.slice(1)}.` : `${whose}${what}.`,
    clients: client >= 0 ? [client] : [],
    message: messageOf(trace, row),
  };
}

/** «lost with no-backplane», as in a sentence. */
function words({ event, cause, status, client, server }: EventPattern): string {
  const parts = [
    event === "idleClosed" ? "idle close" : event,
    cause === undefined ? "" : `with ${cause}`,
    status === undefined ? "" : `with ${status}`,
    client === undefined ? "" : `of ${client}`,
    server === undefined ? "" : `at ${server}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function matcher(setting: Setting, pattern: EventPattern): (trace: Records, row: number) => boolean {
  const kind = RecordKind[pattern.event];
  const cause = CAUSES.findIndex(({ name }) => name === pattern.cause);
  const nodes = range(setting.firstServerNode + setting.servers);
  const node = (name: string | undefined) =>
    name === undefined ? -1 : nodes.findIndex((n) => setting.nameOf(n) === name);
  const client = node(pattern.client);
  const server = node(pattern.server);
  return (trace, row) =>
    trace.kind[row] === kind &&
    (cause < 0 || causeOf(trace, row) === cause) &&
    (pattern.status === undefined || statusOf(trace, row) === pattern.status) &&
    (pattern.client === undefined || clientOf(trace, row) === client) &&
    (pattern.server === undefined || serverOf(trace, row) === server);
}

function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

function keyOf(setting: Setting, per: RuleScope, trace: Records, row: number): number {
  switch (per) {
    case "run":
      return 0;
    case "client":
      return clientOf(trace, row);
    case "server":
      return Math.max(serverOf(trace, row), setting.firstServerNode - 1);
    case "message":
      return messageOf(trace, row);
    case "copy":
      return copyOf(trace, row);
  }
}
