/** All backplanes by their names in scenarios. A new one is a file and a line here. */
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { history } from "./history.ts";
import { none } from "./none.ts";
import { plain } from "./plain.ts";
import { redis } from "./redis.ts";
import { registry } from "./registry.ts";
import { sharded } from "./sharded.ts";
import { streams } from "./streams.ts";
import { vendor } from "./vendor.ts";

export const BACKPLANES = {
  none,
  redis,
  vendor,
  history,
  sharded,
  streams,
  registry,
  plain,
} as const satisfies Readonly<Record<string, Backplane>>;

export type BackplaneName = keyof typeof BACKPLANES;

export function backplaneOf({ settings }: World): Backplane {
  return BACKPLANES[settings.backplane as BackplaneName];
}
