/** What a lesson's text may be, and what is said where it is not. */
import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/lesson/lesson.ts";
import { holds, parseCondition, parseMoment } from "../../src/lesson/notation.ts";
import { prepare } from "../../src/lesson/prepare.ts";
import { stagedAs } from "../../src/lesson/prepared.ts";
import { readGlossary, readLesson } from "../../src/lesson/read.ts";

const HEAD = "---\npart: 1\norder: 2\nminutes: 5\nneeds: a, b\nteaches: Something.\ncorrects:\n---\n";
const STAGE = "```stage\nvariant: redis\nat: first message - 5 ms\n```\n";
const step = (body: string) => `${HEAD}## One\n\n${STAGE}\n${body}`;
const one = (body: string) => readLesson("made-up", step(body)).steps[0]!;

describe("a lesson", () => {
  it("is read with its front matter, stages that go on, and words of all kinds", () => {
    const lesson = readLesson(
      "made-up",
      `${step("A [name](../glossary.md#long-polling) is **{{A.server}}** or `x`.")}\n\n## Two\n\n\`\`\`stage\nat: 480 ms\nset: servers.count=3\n\`\`\`\n`,
    );
    expect(lesson).toMatchObject({ name: "made-up", part: 1, order: 2, needs: ["a", "b"], corrects: "" });
    const [first, second] = lesson.steps;
    expect(first!.stage.at).toEqual({ event: "first message", offsetMs: -5 });
    expect(first!.before).toEqual([
      [
        { kind: "text", text: "A " },
        { kind: "term", term: "long-polling", inlines: [{ kind: "text", text: "name" }] },
        { kind: "text", text: " is " },
        { kind: "strong", inlines: [{ kind: "fact", name: "A.server" }] },
        { kind: "text", text: " or " },
        { kind: "code", text: "x" },
        { kind: "text", text: "." },
      ],
    ]);
    expect(second!.stage).toMatchObject({
      variant: "redis",
      set: { "servers.count": 3 },
      at: { offsetMs: 480 },
    });
  });

  it("asks, replies to each answer, and says the rest afterwards", () => {
    const { question, after } = one(
      "> **Who?**\n> - A. `copies.lost > 0`\n>\n>   No.\n> - B. `copies.lost = 0`\n>\n>   Yes.\n\nSo it is.",
    );
    expect(question!.answers.map(({ rightIf }) => rightIf.operator)).toEqual([">", "="]);
    expect(question!.answers[1]!.reply).toEqual([[{ kind: "text", text: "Yes." }]]);
    expect(after).toEqual([[{ kind: "text", text: "So it is." }]]);
  });

  it("draws cost for inputs that are changed, and shows tables that have a day", () => {
    const stage = (line: string) =>
      readLesson("made-up", `${HEAD}## One\n\n\`\`\`stage\nat: end\n${line}\n\`\`\`\n`).steps[0]!.stage;
    const { cost } = stage("cost: connections=2000, vonageMonth=5");
    expect(cost).toMatchObject({
      written: "connections:2000,vonageMonth:5",
      facts: { "cost.connections": "2,000", "cost.vonage": "missing", "cost.cheapest": "Ably" },
    });
    expect(stage("cost: as it is").cost).toMatchObject({ shows: "curves", written: "" });
    expect(stage("promise: lastMile=99").cost).toMatchObject({
      shows: "promises",
      facts: { "cost.rowIsBelow": "all", "promise.ably.year": "5.26 min" },
    });
    expect(stage("table: webtransport").table).toMatchObject({ title: "WebTransport", asOf: "2026-08-07" });
    expect(() => stage("cost: conections=1")).toThrow('cost: there is no input "conections"');
    expect(() => stage("table: nothing")).toThrow(
      'there is no table "nothing"; allowed: webtransport, purchase',
    );
  });

  it("has an exercise of rules and conditions", () => {
    expect(one("```exercise\nkeeps: delivery, order\nwhere: servers.count = 2\n```\n").exercise).toEqual({
      keeps: ["delivery", "order"],
      where: [{ name: "servers.count", operator: "=", value: 2 }],
    });
  });

  it.each([
    ["## One", "made-up: it must begin with a front matter between two lines of ---"],
    [HEAD.replace("part: 1", "part: one"), 'made-up: part must be a whole number from 1, found "one"'],
    [
      HEAD.replace("needs", "wants"),
      'made-up: found "wants: a, b"; allowed here: part, order, minutes, needs, teaches, corrects',
    ],
    [`${HEAD}Hello.\n`, 'made-up: before the first heading there may be nothing, found "Hello."'],
    [`${HEAD}# One\n`, 'made-up: headings are of the second level (##), found "# One"'],
    [`${HEAD}## One\n\nHello.\n`, "made-up: step «One»: it has no stage"],
    [
      `${HEAD}## One\n\n\`\`\`stage\nvariant: x\n\`\`\`\n`,
      "made-up: step «One»: its stage does not say where it stands: at",
    ],
    [step(STAGE), "made-up: step «One»: there may be one stage"],
    [step("<b>Hello</b>"), 'made-up: step «One»: this has no meaning in a lesson: "<b>"'],
    [
      step("[out](https://example.org)"),
      'made-up: step «One»: links lead to the glossary, as (../glossary.md#round-robin), found "https://example.org"',
    ],
    [
      step("> **Who?**\n> - A. `copies.lost > 0`\n>\n>   No.\n"),
      "made-up: step «One»: a question has two answers at least",
    ],
    [
      step("> **Who?**\n> - A.\n> - B.\n"),
      "made-up: step «One»: behind an answer stands, as code, when it is right",
    ],
    [
      step("```exercise\nwhere: servers\n```\n"),
      'made-up: step «One»: "servers" is no condition; one is a name, <= or >= or != or = or < or >, and a value, with spaces between',
    ],
  ])("is refused with the place and what is allowed: %#", (text, message) => {
    expect(() => readLesson("made-up", text)).toThrow(message);
  });
});

it("a moment is a time or an event, with some time before or after", () => {
  expect(parseMoment("end")).toEqual({ event: "end", offsetMs: 0 });
  expect(parseMoment("first loss + 20 ms")).toEqual({ event: "first loss", offsetMs: 20 });
  expect(() => parseMoment("third loss")).toThrow(
    'there is no moment "third loss"; allowed: a time as 480 ms, or start,',
  );
});

it.each([
  ["a = 1", 1, true],
  ["a = x", "x", true],
  ["a != x", "y", true],
  ["a < 2", 2, false],
  ["a <= 2", 2, true],
  ["a > 2", "none", false],
  ["a >= 2", 3, true],
] as const)("a condition holds or does not: %s of %s", (text, found, expected) => {
  const condition: Condition = parseCondition(text);
  expect(holds(condition, found)).toBe(expected);
});

it("an entry of the glossary has words, a source and a lesson", () => {
  const [entry] = readGlossary("## round robin\nIn turn.\n- source: nginx\n- lesson: a\n");
  expect(entry).toMatchObject({ anchor: "round-robin", source: "nginx", lesson: "a" });
  expect(() => readGlossary("## x\nIn turn.\n")).toThrow(
    "glossary: «x»: an entry is one paragraph and a list of source and lesson",
  );
});

describe("a lesson’s scenario", () => {
  const scenario = {
    version: 1,
    name: "made-up",
    title: "A",
    summary: "A.",
    clients: [{ name: "A" }],
    variants: { redis: { title: "B", set: { "backplane.kind": "redis" } } },
  };
  const lessonThatSets = (setting: string) =>
    readLesson(
      "made-up",
      `${HEAD}## One\n\n\`\`\`stage\nvariant: redis\nat: start\nset: ${setting}\n\`\`\`\n`,
    );

  it("is prepared with its defaults, its variants, and what its steps set", () => {
    const prepared = prepare("made-up", JSON.stringify(scenario), lessonThatSets("servers.count=3"));
    expect(stagedAs(prepared, null, {})).toMatchObject({
      backplane: { kind: "none" },
      servers: { count: 2 },
    });
    const set = { "servers.count": 3 };
    expect(stagedAs(prepared, "redis", set)).toMatchObject({
      backplane: { kind: "redis" },
      servers: { count: 3 },
    });
    expect(stagedAs(prepared, "redis", { "servers.count": 4 })).toBeNull();
    expect(prepared.fields["servers.count"]).toMatchObject({ numbers: { whole: true, min: 1, max: 64 } });
  });

  it("stops the build if it is wrong, or a step sets what there is not", () => {
    const bad = JSON.stringify({ ...scenario, servers: { count: 0 } });
    expect(() => prepare("made-up", bad, null)).toThrow("made-up: servers.count: found 0");
    expect(() => prepare("made-up", JSON.stringify(scenario), lessonThatSets("servers.cuont=3"))).toThrow(
      "cuont",
    );
  });
});
