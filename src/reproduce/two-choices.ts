/**
 * Whoever arrives looks at a few queues, taken by chance, and joins the shortest. Two instead of one make the wait so much shorter that
 * more are hardly worth it.
 */
import { SeededChoices } from "../kernel/choices.ts";
import { EventQueue } from "../kernel/queue.ts";
import { exponentialUs } from "../kernel/sampling.ts";
import { policyOf } from "../model/balancer/balancers.ts";
import { addExchange } from "../model/balancer/hops.ts";
import { POLICIES, type PolicyName } from "../model/balancer/policies/index.ts";
import { openConnection } from "../model/fate/ends.ts";
import { NONE } from "../model/network/packets.ts";
import { Simulation } from "../model/simulation.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import { RequestKind } from "../model/trace/records.ts";
import type { World } from "../model/world/world.ts";
import { buildSettings } from "../scenario/build.ts";
import { figures, type PublishedResult } from "./result.ts";
import { scenarioOf } from "./scenarios.ts";

const SERVERS = 500;
/** The mean time of service. */
const SERVICE_US = 1_000_000;
/** It begins with empty queues, and is looked at once they are as they stay. */
const WARM_UP_US = 100 * SERVICE_US;
const END_US = 350 * SERVICE_US;

const TIMES = ["arrival", "service"];
const [ARRIVAL, SERVICE] = [0, 1];
const [ARRIVES, DONE] = [0, 1];

/** A balancer in front of so many servers, without anybody who asks it. */
function balancer(policy: PolicyName): World {
  const scenario = scenarioOf({
    durationMs: 1000,
    clients: [{ name: "c", transport: "http" }],
    servers: { count: 1 },
    balancer: { policy },
  });
  const { upstreams, links, ...settings } = buildSettings(scenario);
  const many = {
    ...settings,
    servers: SERVERS,
    upstreams: new Array(SERVERS).fill(upstreams[0]),
    // The client's, and to each server one of the balancer's and one of the backplane's. Nothing crosses them.
    links: new Array(1 + 2 * SERVERS).fill(links[0]),
  };
  return new Simulation(many, new SeededChoices(1, PURPOSES), { trace: false });
}

/** Mean time in the system, in mean times of service. By Little's law it is the mean number there over the rate of arrival. */
function meanTime(load: number, looks: number): number {
  const queue = new EventQueue();
  const times = new SeededChoices(1, TIMES);
  const world = balancer(looks === 1 ? "random" : "two-choices");
  const exchange = addExchange(world, openConnection(world, 0, NONE), RequestKind.plain, 0, NONE, NONE);
  const waiting = world.peers.active;
  const between = SERVICE_US / (load * SERVERS);
  const serve = (server: number) =>
    queue.schedule(queue.nowUs + exponentialUs(times, SERVICE, SERVICE_US), DONE, server, 0, 0);
  // Each arrival is routed as a request of its own would be.
  const shortest = () => {
    let best = policyOf(world, 0).route(world, exchange);
    for (let look = 2; look < looks; look++) {
      const other = POLICIES.random.route(world, exchange);
      if (waiting[other]! < waiting[best]!) best = other;
    }
    return best;
  };
  let present = 0;
  let areaUs = 0;
  let sinceUs = WARM_UP_US;
  queue.schedule(0, ARRIVES, 0, 0, 0);
  while (queue.pop(END_US)) {
    if (queue.nowUs > sinceUs) {
      areaUs += present * (queue.nowUs - sinceUs);
      sinceUs = queue.nowUs;
    }
    if (queue.code === ARRIVES) {
      const server = shortest();
      present++;
      if (++waiting[server]! === 1) serve(server);
      queue.schedule(queue.nowUs + exponentialUs(times, ARRIVAL, between), ARRIVES, 0, 0, 0);
    } else {
      const server = queue.entity;
      present--;
      if (--waiting[server]! > 0) serve(server);
    }
  }
  return areaUs / (END_US - WARM_UP_US) / (load * SERVERS);
}

/** Load, queues looked at, mean time: of one queue 1 / (1 − load), of d the sum of load ^ ((d^i − d) / (d − 1)). */
const PUBLISHED = [
  [0.5, 1, 2],
  [0.5, 2, 1.2657],
  [0.9, 2, 2.6141],
  [0.9, 3, 2.0279],
] as const;

export const twoChoices: PublishedResult = {
  name: "two-choices",
  says: "To look at two queues instead of one takes most of the waiting away",
  source:
    "FACTS §14.4: the limit for many servers, of Mitzenmacher's «The Power of Two Choices in Randomized Load Balancing»",
  how: `the model's policies in front of ${SERVERS} servers with queues`,
  figures: () =>
    figures(
      0.03,
      PUBLISHED.map(([load, looks, time]) => [
        `load ${load}, ${looks} ${looks === 1 ? "queue" : "queues"}: mean time in times of service`,
        time,
        meanTime(load, looks),
      ]),
    ),
};
