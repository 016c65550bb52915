import { count, countOrNone, durationMs } from "../../world/field.ts";
import { balancerKind, idle } from "./kind.ts";

/** NGX_TIMER_LAZY_DELAY. Ground-truth 07: one message at 250 ms does not move the deadline, one at 350 ms does. */
const LAZY_TIMER_US = 300_000;

/** The master gives new workers so long before it tells the old ones to shut down (ngx_master_process_cycle: ngx_msleep(100)). */
const HANDOVER_US = 100_000;

/**
 * nginx: its read timeout bounds the silence of a tunnel in both directions, and the wait for an answer. The timer is
 * lazy: what crosses within 300 ms of arming it does not move the deadline. FACTS §3; ground-truth 07-idle-timeout.
 *
 * Of a server that fails it hears from requests alone (passive checks, upstreams.ts): another is asked at once, and who has failed
 * `maxFails` times is left out for `failTimeoutMs`. FACTS §3.
 *
 * It buffers what it passes back, if it is told to: events of a stream then wait for those that come after them. FACTS §4.
 *
 * Leaves out: the sizes of events, which say how many fill a buffer; proxy_send_timeout and send_timeout, which count only while the kernel takes no more bytes for an end that
 * reads too slowly (ngx_http_upstream_process_upgraded): on a tunnel that is idle they never strike, and here no buffer
 * fills.
 */
export const nginx = balancerKind({
  says: "read timeout of 60 s, with a lazy timer of 300 ms (FACTS §3)",
  fields: {
    idleTimeoutMs: durationMs(60_000, {
      says: "How long no byte may cross a connection before it is closed: nginx proxy_read_timeout, the idle timeout of others",
      source: "FACTS §3",
      tried: [400, 1500],
    }),
    maxFails: count(1, 100, {
      says: "How often a server may fail until it is left out for failTimeoutMs: nginx max_fails; 0: it never is",
      source: "FACTS §3",
      tried: [0, 2],
    }),
    workerConnections: countOrNone("none", {
      says: "nginx worker_connections (512 by default): sockets, both sides counted. Without one, connections are closed at once; none: no limit",
      source: "FACTS §3",
      min: 1,
      max: 1_048_576,
    }),
    workers: {
      ...count(1, 64, {
        says: "How many nginx workers have turns, counts and failures of their own: worker_processes without a zone; 1: one worker, or a zone that they share",
        source: "FACTS §3",
        tried: [2],
      }),
      min: 1,
    },
    bufferEvents: count(0, 1000, {
      says: "How many events of a stream are held back until they are passed on together, when the buffer is full or the stream ends: proxy_buffering, which is on by default, with 4 or 8 kB; 0: it is off, or the server says X-Accel-Buffering: no",
      source: "FACTS §4",
      tried: [3],
    }),
  },
  timeouts: idle,
  failures: ({ maxFails }) => ({ asks: "other", inVain: 502, maxFails, retries: 0, redispatches: false }),
  // As if they shared what each has.
  connections: ({ workerConnections, workers }) => workerConnections * workers,
  workers: ({ workers }) => workers,
  buffers: ({ bufferEvents }) => bufferEvents,
  lazyUs: LAZY_TIMER_US,
  handoverUs: HANDOVER_US,
  afterSilence: "closes",
});
