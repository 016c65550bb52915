/** All parts of the model. A new part is a declaration, what it does, and a line here. */
export { backplaneMachine } from "./backplane/backplane.ts";
export { publisher } from "./backplane/publisher.ts";
export { redisClientMachine } from "./backplane/redis-client.ts";
export { balancerMachine } from "./balancer/balancer.ts";
export { exchangeMachine } from "./balancer/exchange.ts";
export { upstream } from "./balancer/upstream.ts";
export { clientMachine } from "./client/client.ts";
export { clientSocket } from "./client/client-socket.ts";
export { connectionMachine } from "./client/connection.ts";
export { pingerMachine } from "./client/pinger.ts";
export { watchdogMachine } from "./client/watchdog.ts";
export { linkMachine } from "./network/link.ts";
export { tcp } from "./network/tcp.ts";
export { heartbeatMachine } from "./server/heartbeat.ts";
export { serverMachine } from "./server/server.ts";
export { sessionMachine } from "./server/session.ts";
export { faults } from "./world/faults.ts";
