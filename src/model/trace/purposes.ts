/**
 * What chance is asked for. Each purpose draws from a stream of its own, so that turning one knob does
 * not disturb the draws of the others, and two variants can be compared fairly.
 */
export const PURPOSES = [
  "latency client up",
  "latency client down",
  "latency server up",
  "latency server down",
  "latency backplane up",
  "latency backplane down",
  "loss",
  "loss burst",
  "reconnection delay",
  "first send",
  "send gap",
  "balancing",
  "latency balancer up",
  "latency balancer down",
  "latency publisher up",
  "latency publisher down",
  "loss of acknowledgements",
] as const;

export const Purpose = {
  clientUp: 0,
  clientDown: 1,
  serverUp: 2,
  serverDown: 3,
  backplaneUp: 4,
  backplaneDown: 5,
  loss: 6,
  lossBurst: 7,
  reconnectionDelay: 8,
  firstSend: 9,
  sendGap: 10,
  balancing: 11,
  balancerUp: 12,
  balancerDown: 13,
  publisherUp: 14,
  publisherDown: 15,
  ackLoss: 16,
} as const;
