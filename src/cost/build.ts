/**
 * What it costs to build: servers, a load balancer, Redis, traffic, people.
 *
 * Leaves out: traffic between zones, storage, monitoring, discounts for those who commit, peaks above the average, and the servers that your
 * application needs in either case.
 */
import { type Bill, billOf, type Line, sum, times } from "./bill.ts";
import type { Values } from "./inputs.ts";
import { peopleOf } from "./people.ts";
import type { Volume } from "./volume.ts";
import { amount } from "./words.ts";

const GB = 1e9;
/** One unit of an ALB's capacity holds so many connections, or carries a GB an hour: what is more counts. FACTS §9. */
const CONNECTIONS_A_UNIT = 3000;
/** GB up to which a price holds; the first 100 are free. FACTS §9. */
const FREE_GB = 100;
const STEPS_GB = [10_240, 51_200, 153_600, Number.POSITIVE_INFINITY];

export function buildBill(values: Values, volume: Volume): Bill {
  const hours = (values.days ?? 0) * 24;
  const { connectionsPerServer, spareServers, redisServers } = values;
  const busy = Math.ceil(volume.connections / (connectionsPerServer ?? Number.POSITIVE_INFINITY));
  const servers = connectionsPerServer === null ? null : busy + (spareServers ?? 0);
  const gb = volume.bytesOut / GB;
  const units = Math.max(volume.connections / CONNECTIONS_A_UNIT, hours === 0 ? 0 : gb / hours);
  return billOf("build", "Build it", {
    lines: [
      {
        says: "Servers",
        amount: times(servers, values.serverHour, hours),
        how: `${servers ?? "?"}, of which ${spareServers ?? 0} to spare`,
      },
      {
        says: "Redis",
        amount: times(redisServers, values.serverHour, hours),
        how: `${redisServers ?? "?"} servers at the same price`,
      },
      {
        says: "Load balancer",
        amount: sum([times(values.balancerHour, hours), times(units, values.capacityHour, hours)]),
        how: `one, with ${amount(units)} ${units === 1 ? "unit" : "units"} of capacity`,
      },
      trafficLine(values, gb),
    ],
    people: peopleOf(values, "build"),
  });
}

function trafficLine(values: Values, gb: number): Line {
  const prices = [values.trafficFirst, values.trafficNext, values.trafficMore, values.trafficMost];
  let from = FREE_GB;
  const parts = STEPS_GB.map((until, i) => {
    const part = Math.max(0, Math.min(gb, until) - from);
    from = until;
    return part === 0 ? 0 : times(part, prices[i]!);
  });
  return {
    says: "Traffic to the internet",
    amount: sum(parts),
    how: `${amount(gb)} GB, the first ${FREE_GB} free`,
  };
}
