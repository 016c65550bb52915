/**
 * The channels by which a notification service reaches a person who is not reading the page: one row each, with what it is like.
 * Every number is a field that a scenario can turn. Sources and dates are in FACTS §9.1; where nobody publishes a figure, as of latencies and
 * losses, the default is an assumption and says so, and a price that was not found is missing.
 *
 * Leaves out: prices by country, fees of carriers and the rent of numbers; how long a channel keeps what its device can't
 * fetch (28 days with FCM); windows in which a messenger allows free text; languages whose letters take more room in an SMS.
 */
import {
  countOrNone,
  durationMs,
  type Fields,
  oneOf,
  priceOr,
  type SettingsOf,
  share,
  waitMs,
} from "../world/field.ts";

/** What a scenario can turn of a channel. */
interface Defaults {
  readonly latencyMs: number;
  readonly slowerMs: number;
  readonly loss: number;
  readonly priceUsd: number | "missing";
  readonly bodyLimit: number | "none";
  readonly receipts: "none" | "delivered" | "read";
  readonly readMs: number;
}

function fieldsOf({ latencyMs, slowerMs, loss, priceUsd, bodyLimit, receipts, readMs }: Defaults) {
  return {
    latencyMs: durationMs(latencyMs, {
      says: "The least time from the service to the person's device; an assumption",
      source: "FACTS §9.1",
      tried: [200],
    }),
    slowerMs: waitMs(slowerMs, {
      says: "What comes on top of that in the mean, exponentially distributed; an assumption",
      source: "FACTS §9.1",
      tried: [0, 300],
    }),
    loss: share(loss, {
      says: "Share of messages that the channel accepts and loses, or of calls that nobody takes; an assumption",
      source: "FACTS §9.1",
      tried: [0, 0.3],
    }),
    priceUsd: priceOr("missing", priceUsd, {
      says: "What one message costs, in US dollars; an SMS costs it for each of its parts; missing: no price is known, and none is counted",
      max: 10,
      source: "FACTS §9.1",
      tried: [0.05],
    }),
    bodyLimit: countOrNone(bodyLimit, {
      says: "How many characters a message may have; a longer one is refused; none: any number",
      source: "FACTS §9.1",
      min: 1,
      max: 100_000_000,
      tried: [80],
    }),
    receipts: oneOf(["none", "delivered", "read"], receipts, {
      says: "What the channel reports back: nothing, that the device has the message, or also that the person has read it",
      source: "FACTS §9.1",
    }),
    readMs: waitMs(readMs, {
      says: "How long it takes in the mean until the person has read it there, exponentially distributed; an assumption",
      source: "FACTS §9.1",
      tried: [0, 400],
    }),
  } as const satisfies Fields["of"];
}

export type ChannelSettings = SettingsOf<ReturnType<typeof fieldsOf>>;

export interface Channel {
  readonly says: string;
  readonly fields: ReturnType<typeof fieldsOf>;
  /** It comes over the device's own connection: while that is cut, it waits. */
  readonly needsData: boolean;
  /** Whether the service is told when it is lost: of a call, that nobody took it. */
  readonly tellsLoss: boolean;
  /** Whether the application itself shows it, which knows by a message's id whether it has shown it already. */
  readonly inApp: boolean;
  /** Characters of a message that is sent as one part, and of each part of a longer one; null: it has no parts. */
  readonly parts: readonly [one: number, each: number] | null;
}

export const CHANNELS = {
  push: {
    says: "a push notification, which the application on the device shows",
    fields: fieldsOf({
      latencyMs: 200,
      slowerMs: 800,
      loss: 0.01,
      priceUsd: 0,
      bodyLimit: 4096,
      receipts: "none",
      readMs: 30_000,
    }),
    needsData: true,
    tellsLoss: false,
    inApp: true,
    parts: null,
  },
  sms: {
    says: "a text message to the phone's number",
    fields: fieldsOf({
      latencyMs: 1000,
      slowerMs: 4000,
      loss: 0.02,
      priceUsd: 0.0083,
      bodyLimit: 1600,
      receipts: "delivered",
      readMs: 20_000,
    }),
    needsData: false,
    tellsLoss: false,
    inApp: false,
    parts: [160, 153],
  },
  voice: {
    says: "a telephone call (PSTN) that speaks the message",
    fields: fieldsOf({
      latencyMs: 4000,
      slowerMs: 8000,
      loss: 0.3,
      priceUsd: "missing",
      bodyLimit: "none",
      receipts: "read",
      readMs: 0,
    }),
    needsData: false,
    tellsLoss: true,
    inApp: false,
    parts: null,
  },
  email: {
    says: "a mail",
    fields: fieldsOf({
      latencyMs: 1000,
      slowerMs: 10_000,
      loss: 0.02,
      priceUsd: 0.0001,
      bodyLimit: "none",
      receipts: "none",
      readMs: 600_000,
    }),
    needsData: true,
    tellsLoss: false,
    inApp: false,
    parts: null,
  },
  messenger: {
    says: "a message by a messenger such as WhatsApp",
    fields: fieldsOf({
      latencyMs: 300,
      slowerMs: 1000,
      loss: 0.01,
      priceUsd: "missing",
      bodyLimit: 1600,
      receipts: "read",
      readMs: 20_000,
    }),
    needsData: true,
    tellsLoss: false,
    inApp: false,
    parts: null,
  },
  video: {
    says: "a video call, which rings in the application",
    fields: fieldsOf({
      latencyMs: 2000,
      slowerMs: 6000,
      loss: 0.3,
      priceUsd: "missing",
      bodyLimit: "none",
      receipts: "read",
      readMs: 0,
    }),
    needsData: true,
    tellsLoss: true,
    inApp: false,
    parts: null,
  },
} as const satisfies Readonly<Record<string, Channel>>;
export type ChannelName = keyof typeof CHANNELS;

/** How many messages a channel counts one as, of so many characters. */
export function partsOf({ parts }: Channel, characters: number): number {
  if (parts === null || characters <= parts[0]) return 1;
  return Math.ceil(characters / parts[1]);
}
