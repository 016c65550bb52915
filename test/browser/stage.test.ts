/** What the page shows of a run: time on the stage and the timeline, labels, requests, ends of connections. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { sampled } from "../support/depth.ts";
import {
  at,
  atStart,
  aWhile,
  clockUs,
  drawn,
  hash,
  newPage,
  openStill,
  openTab,
  page,
  picture,
  text,
  textOf,
  useBrowser,
} from "./page.ts";

useBrowser();

describe("time", () => {
  beforeEach(async () => {
    await newPage();
    await openStill("#/broadcast-across-servers?variant=no-backplane&t=400000");
  });

  it("plays and pauses", async () => {
    const before = await clockUs();
    await at("play").click();
    await expect.poll(clockUs).toBeGreaterThan(before);
    await at("play").click();
    await drawn();
    const paused = await clockUs();
    await aWhile();
    expect(await clockUs()).toBe(paused);
  });

  it("steps forth, and back to the identical picture", async () => {
    const pictures: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
      pictures.push(await picture());
    }
    const times = pictures.map((p) => Number((p as { clock: string }).clock));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(6);
    for (let i = 4; i >= 0; i--) {
      await page.getByRole("button", { name: "Step back" }).click();
      expect(await picture()).toEqual(pictures[i]);
    }
  });

  it("scrubs both ways, to the identical picture", async () => {
    await page.keyboard.press("End");
    const box = (await at("timeline").boundingBox())!;
    const to = async (share: number) => {
      await page.mouse.move(box.x + 92 + (box.width - 106) * share, box.y + 60);
    };
    await to(0.3);
    await page.mouse.down();
    await to(0.45);
    const first = await picture();
    await to(0.9);
    const late = await picture();
    await to(0.1);
    await to(0.45);
    expect(await picture()).toEqual(first);
    await to(0.9);
    expect(await picture()).toEqual(late);
    await page.mouse.up();
    expect(late).not.toEqual(first);
    expect(await at("timeline").getAttribute("aria-valuetext")).toMatch(/^\d+\.\d+ s\. /);
  });

  it("obeys the keyboard", async () => {
    await page.keyboard.press("Home");
    await expect.poll(clockUs).toBe(0);
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(clockUs).toBe(520_500);
    await expect.poll(() => text("narration")).toContain("dies at server-1");
    await page.keyboard.press("ArrowRight");
    await expect.poll(clockUs).toBeGreaterThan(520_500);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(clockUs).toBe(520_500);
    await page.keyboard.press("End");
    await expect.poll(clockUs).toBe(3_000_000);
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(clockUs).toBe(1_920_500);
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await expect.poll(clockUs).toBeGreaterThan(0);
    await page.keyboard.press("Space");
    await expect.poll(() => at("play").getAttribute("aria-label")).toBe("Play");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await at("timeline").focus();
    const before = await clockUs();
    await page.keyboard.press("PageUp");
    await expect.poll(clockUs).toBeGreaterThan(before);
    await page.keyboard.press("n");
    await expect.poll(hash).toContain("variant=redis");
  });

  it("jumps from the ledger to what happened", async () => {
    await page.keyboard.press("End");
    await openTab("Messages");
    await page.locator("[data-testid=matrix] button").first().click();
    await expect.poll(clockUs).toBe(520_500);
    expect(await text("selection")).toContain("B’s copy of A’s message");
    await page.locator("[data-testid=messages] button").nth(1).click();
    await expect.poll(clockUs).toBe(1_200_000);
    await expect.poll(hash).toContain("select=m1");
  });
});

describe("the polling handshake", () => {
  it("lists every request, and explains «Session ID unknown»", async () => {
    await newPage();
    await openStill("#/polling-handshake?variant=round-robin&t=11999999&tab=requests");
    const table = at("requests");
    await table.waitFor();
    expect(await textOf(table)).toContain("400 Bad Request");
    expect(await textOf(table)).toContain("«Session ID unknown»");
    expect(await textOf(table)).toMatch(/The session lives in the memory of server-\d/);
    await expect
      .poll(() => page.locator("g.loss .why").first().textContent())
      .toContain("400 Session ID unknown");
  });
});

describe("ends of connections", () => {
  const report = (name: string) =>
    packText(readFileSync(new URL(`../reports/${name}.json`, import.meta.url), "utf8"));

  it("are counted by reason, and told as the roots of what dies of them, with the remedy that fits", async () => {
    await newPage();
    await openStill(
      `#/?file=${await report("min-g-delivery-holds-91-percent-lost")}&t=10520500&tab=messages`,
    );
    await at("causes").waitFor();
    const causes = await text("causes");
    expect(causes).toContain("×1 recipient away.");
    expect(causes).toContain(
      "Since the balancer had closed B’s connection after 10 s of silence (at 10.021 s). Send heartbeats more often than the smallest idle timeout on the path.",
    );
    expect(await text("ends")).toBe(
      "Connections that ended, or never came about: ×1 idle timeout, at the balancer",
    );
    expect(await text("narration")).toContain("Since the balancer had closed B’s connection");
  });

  it("are servers' own, to a Redis that is restarted, and no client's; a remedy is told once", async () => {
    await newPage();
    await openStill(
      `#/?file=${await report("r04-cable-redis-restart")}&variant=forever&t=110000000&tab=messages`,
    );
    await expect
      .poll(() => text("ends"))
      .toMatch(
        /^The servers’ own connections to the backplane that ended, or never came about: ×\d+ backplane down, at the backplane\. Run .* missed\. ×4 backplane crashed, at the backplane$/,
      );
  });

  it("explain a held poll that a proxy ends with 504", async () => {
    await newPage();
    await openStill(`#/?file=${await report("min-a-polling-504")}&t=30000000&tab=messages`);
    await expect
      .poll(() => text("ends"))
      .toContain("×1 read timeout (504), at the balancer. Send heartbeats more often than the read timeout");
    await openTab("Requests");
    await expect.poll(() => text("requests")).toContain("504");
    const requests = await text("requests");
    expect(requests).toContain("No answer came within the balancer’s read timeout.");
    expect(requests).toContain("The session was over by then (read timeout (504))");
  });
});

describe("labels of packets", () => {
  /** A text: its middle and its width, on the stage. */
  type Label = [text: string, x: number, y: number, width: number];
  type NodeText = [...Label, height: number];

  /**
   * Steps on, and gives of each picture its labels and the texts on its nodes. All in the page: to ask it each time
   * takes longer than the rest.
   */
  const pictures = () =>
    at("stage").evaluate(async (stage) => {
      const { drawn } = window as unknown as { drawn: Label[] };
      const canvas = stage.querySelector("canvas") as HTMLCanvasElement;
      const onNodes = (): NodeText[] => {
        const { left, top } = canvas.getBoundingClientRect();
        return [...stage.querySelectorAll("g.node > text")]
          .filter((element) => element.textContent !== "")
          .map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return [element.textContent ?? "", x + width / 2 - left, y + height / 2 - top, width, height];
          });
      };
      const found: { drawn: Label[]; onNodes: NodeText[] }[] = [];
      for (let i = 0; i < 120; i++) {
        dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
        found.push({ drawn: [...drawn], onNodes: onNodes() });
      }
      return found;
    });

  it.each(
    sampled(
      [
        [390, 844],
        [1280, 800],
      ] as const,
      2,
    ),
  )("never cover each other, nor what is written on the nodes (%i × %i)", async (width, height) => {
    await newPage({ viewport: { width, height } });
    // Every label of the last frame drawn: its middle and its width.
    await atStart(() => {
      const drawn: Label[] = [];
      (window as unknown as { drawn: typeof drawn }).drawn = drawn;
      const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
      // The timeline is drawn too.
      const isStage = ({ canvas }: CanvasRenderingContext2D) =>
        (canvas.getRootNode() as ShadowRoot).host?.localName === "fanout-stage";
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (isStage(this)) drawn.length = 0;
        clearRect.apply(this, box);
      };
      CanvasRenderingContext2D.prototype.fillText = function (word, x, y) {
        if (isStage(this)) drawn.push([word, x, y, this.measureText(word).width]);
        fillText.call(this, word, x, y);
      };
    });
    await openStill("#/polling-handshake?variant=round-robin&t=0");
    await page.keyboard.press("Home");
    const seen = new Set<string>();
    const covered = new Set<string>();
    for (const { drawn, onNodes } of await pictures()) {
      for (const [j, [word, x, y, width]] of drawn.entries()) {
        seen.add(word);
        for (const [other, x2, y2, width2] of drawn.slice(0, j))
          if (Math.abs(x - x2) < (width + width2) / 2 && Math.abs(y - y2) < 10)
            covered.add(`${other}/${word}`);
      }
      // Letters lie on their packets.
      for (const [node, x, y, wide, high] of onNodes)
        for (const [word, x2, y2, width2] of drawn)
          if (
            word.length > 1 &&
            Math.abs(x - x2) < (wide + width2) / 2 &&
            Math.abs(y - y2) < (0.6 * high + 8) / 2
          )
            covered.add(`${node}/${word}`);
    }
    expect([...seen]).toEqual(expect.arrayContaining(["refused", "101", "GET"]));
    expect([...covered]).toEqual([]);
  });
});

it("what a step looks at has the size that it would have had without the frame around it, whatever the window was before", async () => {
  await newPage({ reducedMotion: "reduce", viewport: { width: 1280, height: 640 } });
  await openStill("#/the-lost-ack?step=1");
  await page.setViewportSize({ width: 1280, height: 900 });
  const sizes = () =>
    page.locator("g.node.server").evaluate((node) => {
      const height = (part: string) => Number(node.querySelector(`rect.${part}`)!.getAttribute("height"));
      return { body: height("body"), halo: height("halo") };
    });
  await expect.poll(sizes).toEqual({ body: 54, halo: 66 });
});

it("a NAT stands on its client’s way, and says when it has forgotten the connection", async () => {
  await newPage({ reducedMotion: "reduce" });
  const nats = () => page.locator("g.nat").evaluateAll((all) => all.map((nat) => nat.textContent));
  await openStill("#/forgotten-by-the-middle?variant=listener&t=30000000");
  expect(await nats()).toEqual(["A NAT on phone’s way: it forgets what is silent for 20 sNAT"]);
  expect(await page.locator("g.nat.forgot").count()).toBe(0);
  await openStill("#/forgotten-by-the-middle?variant=listener&t=41000000");
  expect(await nats()).toEqual(["A NAT on phone’s way: it has forgotten the connectionNAT"]);
  expect(await page.locator("g.nat.forgot").count()).toBe(1);
});
