/** `fanout serve`: open the built page. */
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { parseWhole } from "../arguments.ts";
import { addressOf, SERVED } from "../base-url.ts";
import type { Io } from "../io.ts";
import { packageRoot } from "../package.ts";
import { readBuiltPage } from "../serve/built-page.ts";
import { listen, pageServer } from "../serve/page-server.ts";

export function addServe(program: Command, io: Io): void {
  program
    .command("serve")
    .description("serve the page, for whoever opens it on this machine, until Ctrl-C")
    .option("--port <n>", "where to listen; 0 is any port that is free", parseWhole(0, 65_535), SERVED.port)
    .option(
      "--host <name>",
      "whom to listen to; others than localhost let other machines in",
      parseHost,
      SERVED.host,
    )
    .addHelpText(
      "after",
      `
The files of the built page are served, and nothing else. Links of fanout check and fanout refute open there; if it
is not at ${addressOf(SERVED.host, SERVED.port)}, tell them with --base-url.

Examples:
  $ fanout serve
  $ fanout serve --port 8080`,
    )
    .action((options: ServeOptions) => serve(io, options));
}

interface ServeOptions {
  readonly port: number;
  readonly host: string;
}

async function serve(io: Io, { port, host }: ServeOptions): Promise<void> {
  const server = pageServer(readBuiltPage(join(packageRoot(), "dist/page")));
  const address = addressOf(host, await listen(server, host, port));
  const base = address === addressOf(SERVED.host, SERVED.port) ? "" : ` with --base-url ${address}`;
  try {
    await io.out(
      `Fanout Lab is at ${address} until Ctrl-C.\nLinks of fanout check and fanout refute open there${base}.\n`,
    );
    await new Promise<void>((resolve) => io.onInterrupt(resolve));
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function parseHost(text: string): string {
  if (!/^[A-Za-z0-9.:-]{1,253}$/.test(text))
    throw new InvalidArgumentError(
      "It must be a name or an address of this machine, as localhost or 127.0.0.1.",
    );
  return text;
}
