/** How much there is to carry: connections × messages × fan-out × time. */
import type { Values } from "./inputs.ts";

export interface Volume {
  readonly connections: number;
  /** All connections' minutes. */
  readonly connectionMinutes: number;
  /** All channels' minutes: those who hear each other share one, and one more is everybody's if servers broadcast. */
  readonly channelMinutes: number;
  readonly published: number;
  readonly delivered: number;
  /** As vendors count: each that is published, and each that is delivered (FACTS §9). */
  readonly messages: number;
  /** While connections are open, on average: peaks are higher. */
  readonly messagesPerSecond: number;
  readonly messagesPerDay: number;
  /** What is delivered, without headers. */
  readonly bytesOut: number;
}

export function volumeOf(values: Values): Volume {
  const of = (name: keyof Values) => values[name] ?? 0;
  const connections = of("connections");
  const hours = of("hoursPerDay") * of("days");
  const sent = connections * of("sendsPerHour") * hours;
  const broadcasts = of("broadcastsPerHour") * hours;
  const published = sent + broadcasts;
  const delivered = sent * of("fanOut") + broadcasts * connections;
  const messages = published + delivered;
  const channels = Math.ceil(connections / (of("fanOut") + 1)) + (broadcasts > 0 ? 1 : 0);
  return {
    connections,
    connectionMinutes: connections * hours * 60,
    channelMinutes: channels * hours * 60,
    published,
    delivered,
    messages,
    messagesPerSecond: hours === 0 ? 0 : messages / (hours * 3600),
    messagesPerDay: messages / of("days"),
    bytesOut: delivered * of("messageBytes"),
  };
}
