/** The built page says what happens in the model's own words, also where these are fetched apart from the page. */
import { beforeAll, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { simulate } from "../../src/run/simulate.ts";
import { indexLedger } from "../../src/view/run/ledger-index.ts";
import { narrate } from "../../src/view/run/narration.ts";
import { fetchRareWords } from "../../src/view/run/rare.ts";
import { indexSteps } from "../../src/view/run/steps.ts";
import { sampled } from "../support/depth.ts";
import { lesson } from "../view/lessons.ts";
import { newPage, openStill, openTab, page, text, useBrowser } from "./page.ts";

useBrowser();
beforeAll(fetchRareWords);

it.each(
  sampled(
    [
      ["timeout-ladder", "ping-30s", "ended"],
      ["half-open", "quick-beat", "disconnected"],
      ["dead-target", "nginx", "fault"],
      ["dead-target", "checked", "marked"],
      ["come-and-go", "busy", "turnedAway"],
      ["recovery-refused", "taken-back", "recovery"],
      ["outbox", "outbox", "written"],
      ["ghosts", "set-user", "online"],
      ["channel-by-channel", "push", "channelSent"],
    ] as const,
    3,
  ),
)("in %s, %s: %s", async (name, variant, kind) => {
  const run = simulate(lesson(name, variant));
  const row = run.trace.kind.indexOf(RecordKind[kind]);
  const timeUs = run.trace.timeUs[row]!;
  await newPage();
  await openStill(`#/${name}?variant=${variant}&t=${timeUs}`);
  const told = narrate(run, indexLedger(run), indexSteps(run), timeUs);
  expect(await text("narration")).toContain(told.text);
});

it("in the summary: how connections ended", async () => {
  await newPage();
  await openStill("#/timeout-ladder?variant=ping-30s&t=40000000&tab=messages");
  await openTab("Messages");
  const ends = page.locator("fanout-summary li[title]");
  await ends.first().waitFor({ state: "attached" });
  expect(await ends.first().getAttribute("title")).toMatch(/^[A-Z].* .*\.$/);
});
