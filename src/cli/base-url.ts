/** Where the page is served: links that open something in it begin so. */
import { type Command, InvalidArgumentError, Option } from "commander";

/** Where `fanout serve` serves the page if nothing else is said, and `npm start` too. */
export const SERVED = { host: "localhost", port: 4173 } as const;
const DEFAULT_BASE_URL = addressOf(SERVED.host, SERVED.port);

/** The address of a page that is served there. */
export function addressOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}

/** What says how the page is served, as far as it is known: an address of one's own is one's own affair. */
export function servedBy(link: string): string {
  return link.startsWith(DEFAULT_BASE_URL) ? "served by fanout serve" : "";
}

export interface BaseUrlOption {
  readonly baseUrl: string;
}

export function addBaseUrlOption(command: Command): Command {
  return command
    .option("--base-url <url>", "where the page is served, for links", parseBaseUrl, DEFAULT_BASE_URL)
    .addOption(new Option("--page <url>").hideHelp().argParser(refusePage));
}

/** What it was called before. Commander would think of `--late`. */
function refusePage(): never {
  throw new InvalidArgumentError("It is called --base-url now.");
}

function parseBaseUrl(text: string): string {
  if (!/^https?:\/\/[^\s#]+$/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError(`It must be an address as ${DEFAULT_BASE_URL}, without #.`);
  return text;
}
