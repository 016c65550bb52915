/** What a load costs: drawn, said, and opened again from its address. */
import { expect, it } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import { at, newPage, openStill, openTab, page, textOf, useBrowser, widths } from "./page.ts";

useBrowser();

const cost = () => page.locator("fanout-cost");
const said = () => textOf(at("cost-says"));
const hash = () => page.evaluate(() => decodeURIComponent(location.hash));

it.runIf(IS_DEEP)(
  "has a line for each option with a known price, and follows what is put in, as does its address",
  async () => {
    await newPage({ reducedMotion: "reduce" });
    await openStill("#/broadcast-across-servers?variant=redis");
    await openTab("Cost");
    await expect.poll(said).toContain("Pusher is cheapest of what has a known price: $2,230");
    expect(await cost().locator(".end").allTextContents()).toEqual(["● Ably", "■ Build it", "▲ Pusher"]);
    expect(await textOf(cost().locator(".crossed"))).toBe("14,372");
    await expect.poll(() => cost().locator(".key").first().textContent()).toContain("Vonage: missing");

    await cost().getByText("Vonage", { exact: true }).last().click();
    await cost().locator("input[name=vonageMessages]").fill("0.5");
    await cost().locator("input[name=vonageMessages]").press("Enter");
    await cost().locator("input[name=vonageMonth]").fill("much");
    await cost().locator("input[name=vonageMonth]").press("Enter");
    await expect.poll(() => cost().locator("[aria-invalid=true]").count()).toBe(1);
    await cost().locator("input[name=vonageMonth]").fill("20");
    await cost().locator("input[name=vonageMonth]").press("Enter");
    await expect.poll(said).toContain("Vonage is cheapest");
    await expect.poll(hash).toContain("cost=vonageMessages:0.5,vonageMonth:20");

    const address = await page.evaluate(() => location.hash);
    await openStill("#/broadcast-across-servers");
    await openStill(address);
    await expect.poll(said).toContain("Vonage is cheapest");
    await at("cost-reset").click();
    await expect.poll(said).toContain("Pusher is cheapest");
    await expect.poll(hash).not.toContain("cost=");
  },
);

it("fits a phone, and says what of its address can't be", async () => {
  await newPage({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?tab=cost&cost=connections:nobody,days:7");
  await expect.poll(() => cost().getByRole("alert").textContent()).toContain('connections: found "nobody"');
  await expect.poll(said).toContain("for 7 days");
  const { page: wide, window } = await widths();
  expect(wide).toBeLessThanOrEqual(window);
});
