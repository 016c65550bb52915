/** Serves the built page, and nothing else: whatever else is asked for is not there. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError, reasonOf } from "../io.ts";
import type { BuiltPage } from "./built-page.ts";

/** Nobody who opens the page needs more. */
const MAX_CONNECTIONS = 256;
const MAX_WAIT_MS = 10_000;

export function pageServer(files: BuiltPage): Server {
  const headers = {
    "content-security-policy": `${policyOf(files)}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    // What is built next has the same address.
    "cache-control": "no-cache",
  };
  const server = createServer(
    { requestTimeout: MAX_WAIT_MS, headersTimeout: MAX_WAIT_MS, keepAliveTimeout: MAX_WAIT_MS },
    ({ method, url = "" }, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const file = files.get(url.split("?")[0]!);
      if (method !== "GET" && method !== "HEAD")
        answer(response.setHeader("allow", "GET, HEAD"), 405, `${method} is not for files\n`);
      else if (file === undefined) answer(response, 404, "there is no such file\n");
      else answer(response, 200, file.body, file.type);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Node leaves the body out where HEAD is answered. */
function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = "text/plain; charset=utf-8",
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "content-type": type, "content-length": bytes.length }).end(bytes);
}

/** The page's own policy, which stands in its head: as a header it holds for its workers too. */
function policyOf(files: BuiltPage): string {
  const html = Buffer.from(files.get("/")!.body).toString("utf8");
  const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html) ?? [];
  if (policy === undefined) throw new Error("the built page has no content security policy");
  return policy;
}

/**
 * Begins to listen, and returns the port.
 *
 * @throws InputError if the port is taken, or the machine has no such address
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new InputError(refusal(error, host, port))));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `port ${port} of ${host} is taken by another program; choose another with --port, or any that is free with --port 0`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `--host: this machine has no address ${JSON.stringify(host)}; allowed: localhost, or a name or an address of this machine`;
    default:
      return `can't listen to port ${port} of ${host}: ${reasonOf(error)}`;
  }
}
