/** What stands in lessons and no run can say, each with its day and its source. */
import type { StageTable } from "./lesson.ts";

export const TABLES: Readonly<Record<string, StageTable>> = {
  webtransport: {
    title: "WebTransport",
    asOf: "2026-08-07",
    head: ["what", "state", "said on"],
    rows: [
      ["the standard", "W3C Working Draft", "2026-07-24"],
      ["its protocol", "IETF draft 15, last call", "2026-03-17"],
      ["Chrome, Edge", "since version 97", "2026-08-07"],
      ["Firefox", "since version 114", "2026-08-07"],
      ["Safari, iOS", "since version 26.4", "2026-03-24"],
      ["share of use", "88.4 %; WebSocket 96.9 %", "2026-07-15"],
    ],
    source: "w3c/webtransport, mdn/browser-compat-data, Fyrd/caniuse; FACTS §4",
  },
  purchase: {
    title: "What stays yours when you buy",
    asOf: "2026-11-26",
    head: ["what", "the vendor", "you"],
    rows: [
      ["servers, balancer, Redis", "runs them", "–"],
      ["who may connect", "checks a token", "make the token"],
      ["a quota is used up", "refuses", "notice, pay, send again"],
      ["away for longer than the window", "says so", "load what was missed"],
      ["the same message twice", "–", "recognise it"],
      ["a product is withdrawn", "tells you a day", "move"],
    ],
    source:
      "FACTS §9: Vonage ended In-App Messaging on 2026-04-30, and closed Dispatch to new users on 2025-08-31",
  },
};
