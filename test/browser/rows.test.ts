/** Several balancers in a row, and links that differ, opened from a file's link. */
import { describe, expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { PHONES, TWO_BALANCERS } from "../view/examples.ts";
import { newPage, openStill, openTab, page, text, textOf, useBrowser, widths } from "./page.ts";

useBrowser();

const openAt = async (scenario: ScenarioInput, timeUs: number) => {
  await page.goto("about:blank");
  await openStill(`#/?file=${await packText(JSON.stringify(scenario))}&t=${timeUs}`);
};

/** The values of an attribute of all that match. */
const attributes = (selector: string, name: string) =>
  page.locator(selector).evaluateAll((all, name) => all.map((one) => one.getAttribute(name)), name);

const links = () => attributes("g.links > line", "data-link");

const title = (link: string) => textOf(page.locator(`g.links > line[data-link="${link}"] > title`));

describe("a scenario with two balancers in a row", () => {
  it.each([
    [1400, 900],
    [390, 844],
  ])("is drawn with all its nodes and links, on %i × %i", async (width, height) => {
    await newPage({ viewport: { width, height } });
    await openAt(TWO_BALANCERS, 1_000_000);
    expect(await attributes("g.nodes > g.node", "data-node")).toEqual([
      "A",
      "B",
      "edge",
      "balancer",
      "server-1",
      "server-2",
      "backplane",
    ]);
    expect(await links()).toEqual([
      "A/edge",
      "B/edge",
      "edge/balancer",
      "balancer/server-1",
      "balancer/server-2",
      "server-1/backplane",
      "server-2/backplane",
    ]);
    const [edge, balancer] = await Promise.all(
      ["edge", "balancer"].map((name) => page.locator(`[data-node="${name}"] .body`).boundingBox()),
    );
    expect(edge!.x + edge!.width).toBeLessThan(balancer!.x);
    const { page: whole, window } = await widths();
    expect(whole).toBeLessThanOrEqual(window);
  });

  it("shows which of them is down, and what the proxy answers by itself", async () => {
    await newPage();
    await openAt(TWO_BALANCERS, 6_100_000);
    const detail = (name: string) => textOf(page.locator(`[data-node="${name}"] .detail`));
    expect(await detail("edge")).toBe("proxy");
    expect(await detail("balancer")).toBe("crashed");
    await openTab("Requests");
    await expect.poll(() => text("requests")).toContain("edge got no answer from the balancer.");
    await openTab("Messages");
    await expect.poll(() => text("ends")).toMatch(/idle timeout, at edge.*balancer crashed, at the balancer/);
    await openAt(TWO_BALANCERS, 6_500_000);
    expect(await detail("balancer")).toBe("IP hash");
    expect(await text("narration")).toContain("Restart of balancer.");
  });

  it("shows each link that a fault of many cuts", async () => {
    await newPage();
    await openAt(TWO_BALANCERS, 11_000_000);
    expect(await attributes("g.links > line.cut", "data-link")).toEqual(["A/edge", "B/edge"]);
    expect(await title("A/edge")).toBe("A/edge: cut, no packet gets through");
  });
});

describe("a scenario with phones and desktops", () => {
  const marked = () => attributes("g.bands > line", "data-link");
  const phones = ["phones-1/balancer", "phones-2/balancer", "phones-3/balancer"];
  const desktops = ["desktops-1/balancer", "desktops-2/balancer", "desktops-3/balancer"];

  it("marks the phones' links, and those that faults make slower or lossy, until they heal", async () => {
    await newPage({ viewport: { width: 1600, height: 900 } });
    await openAt(PHONES, 1_000_000);
    expect(await links()).toEqual([
      ...phones,
      ...desktops,
      "balancer/server-1",
      "balancer/server-2",
      "server-1/backplane",
      "server-2/backplane",
    ]);
    expect(await marked()).toEqual(phones);
    expect(new Set(await attributes("g.bands > line", "class"))).toEqual(new Set(["band slow lossy"]));
    expect(await title("desktops-1/balancer")).toBe("desktops-1/balancer: latency 20 ms, no loss");

    await openAt(PHONES, 2_600_000);
    expect(await marked()).toEqual([...phones, ...desktops, "balancer/server-1"]);
    expect(await attributes("g.bands > line", "class")).toEqual([
      ...phones.map(() => "band slow lossy"),
      ...desktops.map(() => "band slow"),
      "band lossy",
    ]);
    expect(await title("desktops-2/balancer")).toBe("desktops-2/balancer: latency 200 ms, no loss");
    expect(await page.locator("g.link-mark").count()).toBe(7);
    expect(await page.locator("g.link-mark text").allTextContents()).toContain("20 %");

    await openAt(PHONES, 3_600_000);
    expect(await marked()).toEqual(phones);
    expect(await title("desktops-2/balancer")).toBe("desktops-2/balancer: latency 20 ms, no loss");
  });

  it("tells each fault with its numbers", async () => {
    await newPage();
    await openAt(PHONES, 2_500_000);
    expect(await text("narration")).toContain(
      "Fault: the link balancer/server-1 now loses 20 % of its packets.",
    );
  });
});
