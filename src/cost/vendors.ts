/**
 * What vendors charge, each by the scheme that it publishes (FACTS §9). Ably's is held to Ably's own worked example; prices are inputs.
 *
 * Leaves out: discounts for volume (Ably has some, without numbers), taxes, presence and history, which count as messages too, peaks above the
 * average, and what your own servers cost that publish. Vonage's calls, SMS and video have schemes of their own; WebRTC media is not modelled.
 */
import { type Bill, billOf, type Line, times } from "./bill.ts";
import type { Values } from "./inputs.ts";
import { peopleOf } from "./people.ts";
import type { Volume } from "./volume.ts";
import { amount, short } from "./words.ts";

const MILLION = 1_000_000;
/** A message of more bytes counts as several (ably/docs, message-counting). */
const ABLY_CHUNK_BYTES = 5120;
/** What a monthly user may use at Ably. FACTS §9. */
const USER_MESSAGES = 20_000;
const USER_MINUTES = 2000;

/** Ably's packages: what they allow at a time (ably/docs, limits). */
const ABLY_PACKAGES = [
  { name: "Standard", price: "ablyStandard", connections: 10_000, messagesPerSecond: 2500, bytes: 65_536 },
  { name: "Pro", price: "ablyPro", connections: 50_000, messagesPerSecond: 10_000, bytes: 262_144 },
] as const;

/** Pusher's plans of which a price was seen: there are more between the last two. */
const PUSHER_PLANS = [
  { price: "pusherStartup", connections: 500, messagesPerDay: 1 * MILLION },
  { price: "pusherPro", connections: 2000, messagesPerDay: 4 * MILLION },
  { price: "pusherBusiness", connections: 5000, messagesPerDay: 10 * MILLION },
  { price: "pusherLargest", connections: 30_000, messagesPerDay: 90 * MILLION },
] as const;
const PUSHER_BYTES = 10_240;

/** Each million that is begun is paid for: so Ably's example counts. */
function millions(count: number): number {
  return Math.ceil(count / MILLION);
}

function perMillion(says: string, count: number, price: number | null): Line {
  return {
    says,
    amount: times(millions(count), price),
    how: `${short(count)} at $${price ?? "?"} a million`,
  };
}

/** What a load asks for that a plan does not allow; null: it fits. */
function excess(asked: number, allowed: number, what: string): string | null {
  return asked <= allowed
    ? null
    : `${amount(asked)} ${what}; the largest plan with a published price allows ${amount(allowed)}`;
}

/** Messages as Ably counts them: of up to 5 KiB each. */
function ablyMessages(values: Values, volume: Volume): number {
  return volume.messages * Math.ceil((values.messageBytes ?? 1) / ABLY_CHUNK_BYTES);
}

/** The cheapest package that allows the load, or why there is none. */
function ablyPackage(values: Values, volume: Volume): { line: Line; beyond: string | null } {
  const bytes = values.messageBytes ?? 0;
  const months = (values.days ?? 0) / 30;
  const fit = ABLY_PACKAGES.find(
    (one) =>
      volume.connections <= one.connections &&
      volume.messagesPerSecond <= one.messagesPerSecond &&
      bytes <= one.bytes,
  );
  if (fit !== undefined)
    return {
      line: { says: `${fit.name} package`, amount: times(values[fit.price], months), how: "its fee" },
      beyond: null,
    };
  const most = ABLY_PACKAGES[ABLY_PACKAGES.length - 1]!;
  const beyond =
    excess(volume.connections, most.connections, "connections") ??
    excess(volume.messagesPerSecond, most.messagesPerSecond, "messages a second") ??
    excess(bytes, most.bytes, "bytes a message");
  // Without a price for Enterprise the fee of the largest that is published stands in its place, and the bill says that it is not on offer.
  const isKnown = values.ablyEnterprise !== null;
  return {
    line: {
      says: "Enterprise package",
      amount: times(values.ablyEnterprise ?? values.ablyPro, months),
      how: isKnown ? "its fee" : "its fee is missing; Pro's in its place",
    },
    beyond: isKnown ? null : beyond,
  };
}

export function ablyBill(values: Values, volume: Volume): Bill {
  const { line, beyond } = ablyPackage(values, volume);
  return billOf("ably", "Ably", {
    lines: [
      line,
      perMillion("Messages", ablyMessages(values, volume), values.ablyMessages),
      perMillion("Minutes of connection", volume.connectionMinutes, values.ablyConnections),
      perMillion("Minutes of channel", volume.channelMinutes, values.ablyChannels),
    ],
    people: peopleOf(values, "buy"),
    beyond,
    missing: beyond === null ? [] : ["Enterprise package"],
  });
}

/** By monthly users, as new accounts pay: each may use so much; what more costs was not seen. */
export function ablyUsersBill(values: Values, volume: Volume): Bill {
  const { line, beyond } = ablyPackage(values, volume);
  const users = volume.connections * (values.usersPerConnection ?? 0);
  const over =
    excessOfUsers(ablyMessages(values, volume), users * USER_MESSAGES, "messages") ??
    excessOfUsers(volume.connectionMinutes, users * USER_MINUTES, "minutes");
  return billOf("ably-users", "Ably, by users", {
    lines: [
      line,
      {
        says: "Monthly users",
        amount: times(users, values.ablyUser),
        how: `${amount(users)} at $${values.ablyUser ?? "?"}`,
      },
      ...(over === null ? [] : [{ says: "What is above the users' share", amount: null, how: over }]),
    ],
    people: peopleOf(values, "buy"),
    beyond,
    missing: beyond === null ? [] : ["Enterprise package"],
  });
}

function excessOfUsers(asked: number, allowed: number, what: string): string | null {
  return asked <= allowed
    ? null
    : `${short(asked)} ${what}; so many users may use ${short(allowed)}; what more costs was not seen`;
}

export function pusherBill(values: Values, volume: Volume): Bill {
  const bytes = values.messageBytes ?? 0;
  const fit = PUSHER_PLANS.find(
    (plan) =>
      volume.connections <= plan.connections &&
      volume.messagesPerDay <= plan.messagesPerDay &&
      bytes <= PUSHER_BYTES,
  );
  const most = PUSHER_PLANS[PUSHER_PLANS.length - 1]!;
  const beyond =
    excess(volume.connections, most.connections, "connections") ??
    excess(volume.messagesPerDay, most.messagesPerDay, "messages a day") ??
    excess(bytes, PUSHER_BYTES, "bytes a message");
  const months = (values.days ?? 0) / 30;
  return billOf("pusher", "Pusher", {
    lines: [
      fit === undefined
        ? { says: "Custom plan", amount: times(values.pusherCustom, months), how: "above the largest plan" }
        : {
            says: "Plan",
            amount: times(values[fit.price], months),
            how: `up to ${amount(fit.connections)} connections and ${short(fit.messagesPerDay)} messages a day`,
          },
    ],
    people: peopleOf(values, "buy"),
    beyond: fit === undefined && values.pusherCustom === null ? beyond : null,
    missing: fit === most ? ["prices of the plans between this one and the one before"] : [],
  });
}

/** Nothing is known of it but what the reader puts in. */
export function vonageBill(values: Values, volume: Volume): Bill {
  return billOf("vonage", "Vonage", {
    lines: [
      {
        says: "Fee",
        amount: times(values.vonageMonth, (values.days ?? 0) / 30),
        how: "a price of it was not seen",
      },
      perMillion("Messages", volume.messages, values.vonageMessages),
    ],
    people: peopleOf(values, "buy"),
  });
}
