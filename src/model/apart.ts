/**
 * What few scenarios need: in the page these are fetched with the first that does (src/view/build/apart.ts), and here they stand as they are.
 * Whoever calls one goes by this object, and only where the scenario asks for it.
 */
import * as outputBuffer from "./backplane/output-buffer.ts";
import * as streamLog from "./backplane/stream-log.ts";
import * as acceptQueue from "./balancer/accept-queue.ts";
import * as healthCheck from "./balancer/health-check.ts";
import * as ports from "./balancer/ports.ts";
import * as reloading from "./balancer/reloading.ts";
import * as slots from "./balancer/slots.ts";
import * as consumerGroup from "./delivery/consumer-group.ts";
import * as gateway from "./gateway/gateway.ts";
import * as replicated from "./presence/replicated.ts";
import * as sendBuffer from "./server/send-buffer.ts";
import * as stopping from "./server/stopping.ts";

export const APART = {
  outputBuffer,
  streamLog,
  acceptQueue,
  healthCheck,
  reloading,
  ports,
  slots,
  consumerGroup,
  gateway,
  replicated,
  sendBuffer,
  stopping,
};
