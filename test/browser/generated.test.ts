/** Generated scenarios give the same fingerprints in Node and in the page, whichever engine runs it. */
import { text } from "node:stream/consumers";
import fc from "fast-check";
import type { Plugin } from "vite";
import { beforeAll, expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { builtPage } from "../support/builds.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { scenarios } from "../support/scenarios.ts";
import { launchChromium } from "./chromium.ts";
import { installedFirefox, openInFirefox } from "./firefox.ts";
import { servePage } from "./page-server.ts";

const TEXTS = sampled(
  fc.sample(scenarios, { numRuns: 50, seed: 14 }).map((scenario) => JSON.stringify(scenario)),
  25,
);

interface Shown {
  readonly agent: string;
  readonly prints: readonly string[];
}

/** Runs in a browser: opens the page at each address, and tells the server the fingerprints that it shows. */
async function tellPrints(addresses: readonly string[]): Promise<void> {
  const find = (root: ParentNode): Element | undefined => {
    const found = root.querySelector("[data-testid=fingerprint]");
    if (found) return found;
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      const inside = shadowRoot ? find(shadowRoot) : undefined;
      if (inside) return inside;
    }
    return undefined;
  };
  const prints: string[] = [];
  for (const address of addresses) {
    const frame = document.createElement("iframe");
    frame.width = "1280";
    frame.height = "800";
    frame.src = address;
    document.body.append(frame);
    let print: string | undefined;
    while (print === undefined) {
      await new Promise(requestAnimationFrame);
      print = frame.contentDocument ? find(frame.contentDocument)?.textContent?.trim() : undefined;
    }
    prints.push(print);
    frame.remove();
  }
  await fetch("told", { method: "POST", body: JSON.stringify({ agent: navigator.userAgent, prints }) });
}

let nodesPrints: readonly string[];
let addresses: readonly string[];
let folder: string;
beforeAll(async () => {
  folder = await builtPage();
  nodesPrints = TEXTS.map((scenario) => {
    const parsed = parseScenario(scenario);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return simulate(parsed.scenario, { variant: null }).fingerprint;
  });
  addresses = await Promise.all(TEXTS.map(async (scenario) => `./#/?file=${await packText(scenario)}&t=0`));
});

/** What a browser shows that is opened at an address of the page's server. */
async function shownBy(open: (url: string) => Promise<() => Promise<void>>): Promise<Shown> {
  let hear: (told: string) => void;
  const told = new Promise<string>((done) => {
    hear = done;
  });
  const asking: Plugin = {
    name: "asking",
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use(async (request, response, next) => {
        if (request.url === "/asking")
          response
            .setHeader("Content-Type", "text/html")
            .end(`<!doctype html><body><script>(${tellPrints})(${JSON.stringify(addresses)})</script>`);
        else if (request.url === "/told") {
          hear(await text(request));
          response.end();
        } else next();
      });
    },
  };
  const server = await servePage(folder, [asking]);
  const close = await open(`${server.url}asking`);
  try {
    return JSON.parse(await told) as Shown;
  } finally {
    await close();
    await server.close();
  }
}

function expectNodes({ agent, prints }: Shown): void {
  expect(prints).toEqual(nodesPrints);
  console.info(`${prints.length} generated scenarios have Node's fingerprints in ${agent}`);
}

it("are Node's in Chromium", async () => {
  expect(new Set(nodesPrints).size).toBe(TEXTS.length);
  const shown = await shownBy(async (url) => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(url);
    return () => browser.close();
  });
  expect(shown.agent).toContain("Chrome/");
  expectNodes(shown);
});

it.runIf(IS_DEEP)("are Node's in Firefox, where it is installed", async (context) => {
  const path = installedFirefox();
  if (path === undefined) {
    console.info("no Firefox is installed: fingerprints were not compared in it");
    return context.skip("no Firefox is installed");
  }
  const shown = await shownBy(async (url) => openInFirefox(path, url));
  expect(shown.agent).toContain("Firefox/");
  expectNodes(shown);
});
