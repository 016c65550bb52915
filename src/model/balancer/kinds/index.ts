/** All kinds of balancers by their names in scenarios; the first is meant where none is named. A new one is a file and a line here. */
import { alb } from "./alb.ts";
import { apiGateway } from "./api-gateway.ts";
import { haproxy } from "./haproxy.ts";
import type { BalancerKind } from "./kind.ts";
import { nginx } from "./nginx.ts";
import { nlb } from "./nlb.ts";

export const BALANCER_KINDS = {
  nginx,
  haproxy,
  alb,
  nlb,
  "api-gateway": apiGateway,
} as const satisfies Readonly<Record<string, BalancerKind>>;

export type BalancerKindName = keyof typeof BALANCER_KINDS;
