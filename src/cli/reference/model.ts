/** docs/reference/model.md: the parts of the model from their declarations, and its rules from the heads of its files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Backplane } from "../../model/backplane/family.ts";
import { BACKPLANES } from "../../model/backplane/index.ts";
import { ORACLE_CAUSES } from "../../model/fate/oracle.part.ts";
import { MODEL, PARTS } from "../../model/parts.ts";
import { CAUSES, Cause } from "../../model/trace/causes.ts";
import { END_REASONS, EndReason } from "../../model/trace/end-reasons.ts";
import type { Field, Section } from "../../model/world/field.ts";
import type { Part } from "../../model/world/part.ts";
import { packageRoot } from "../package.ts";
import { commentAbove, headComment } from "./comments.ts";
import { statechartPicture } from "./statechart.ts";

/** The folders in the order in which a message meets them. */
const FOLDERS = {
  fate: "What becomes of messages",
  client: "Clients",
  network: "The network",
  process: "Processes that pause",
  delivery: "What is kept for later, and what is dropped",
  balancer: "Balancers",
  server: "Servers",
  backplane: "The backplane",
  gateway: "Channels beside the page",
  presence: "Who is online",
  trace: "What is written down",
  world: "The world",
} as const;

/** Folders of families: what a member is stands above it. */
const FAMILIES: Readonly<Record<string, { readonly title: string; readonly member: RegExp }>> = {
  "balancer/policies": { title: "Balancing policies", member: /^export const \w+: Policy =/m },
};

/** A member of a family that has its folder to itself. */
const MEMBER = /^export const \w+(?:: \w+)? = \{$/m;

export function modelPage(): string {
  return `<!-- Generated from src/model by npm run generate. -->

# The model, rule by rule

What each part is and does, from where it is known, and what it leaves out. «FACTS» are the [facts](facts.md) that the model rests on, «ground-truth» the
[measurements](../../test/ground-truth/README.md) that it is held to. All parts are listed in [src/model/index.ts](../../src/model/index.ts).

## Parts and causes

Which part inflicts which cause of [loss](causes.md). A part that dies, or that a message only passes, has none of its own.

${causeTable()}

## Parts and the ends of connections

${endTable()}

## Faults

What a scenario's faults can do, and to which part.

${faultTable()}

${Object.entries(FOLDERS)
  .map(([folder, title]) => `## ${title}\n\n${sectionsOf(folder).join("\n")}`)
  .join("\n")}`;
}

function causeTable(): string {
  const rows = CAUSES.map(({ name }, number) => {
    const by = PARTS.filter(({ causes = [] }) => causes.some((cause) => Cause[cause] === number));
    return `| [${name}](causes.md#${name}) | ${by.map(linkToPart).join(", ") || othersWith(name, number)} |`;
  });
  return `| cause | inflicted by |\n| --- | --- |\n${rows.join("\n")}`;
}

/** What is no part, and inflicts a cause by itself: a kind of backplane, or the oracle. */
function othersWith(name: string, number: number): string {
  const kinds = Object.entries<Backplane>(BACKPLANES).filter(([, { causes = [] }]) =>
    causes.some((cause) => Cause[cause] === number),
  );
  if (kinds.length > 0) return kinds.map(([kind]) => `[backplane «${kind}»](#${kind})`).join(", ");
  if (!ORACLE_CAUSES.some((cause) => Cause[cause] === number)) throw new Error(`nothing inflicts ${name}`);
  return "[the oracle](#oracle), when nobody has noted another";
}

function endTable(): string {
  const rows = END_REASONS.map(({ name }, number) => {
    const by = PARTS.filter(({ ends = [] }) => ends.some((end) => EndReason[end] === number));
    return `| [${name}](causes.md#end-${name}) | ${by.map(linkToPart).join(", ")} |`;
  });
  return `| end | brought about by |\n| --- | --- |\n${rows.join("\n")}`;
}

function faultTable(): string {
  const rows = PARTS.flatMap((part) =>
    part.faults === undefined ? [] : [`| ${linkToPart(part)} | ${Object.keys(part.faults).join(", ")} |`],
  );
  return `| part | acts |\n| --- | --- |\n${rows.join("\n")}`;
}

function linkToPart({ name }: Part): string {
  return `[${name}](#${name.toLowerCase()})`;
}

/** A folder's files, each with its head; a part also with its declaration. */
function sectionsOf(folder: string): string[] {
  const files = readdirSync(join(packageRoot(), "src/model", folder), { withFileTypes: true });
  return files
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return FAMILIES[path] === undefined ? [] : [familySection(path)];
      return entry.name.endsWith(".part.ts") ? [] : [fileSection(path)];
    });
}

function fileSection(path: string): string {
  const source = readFileSync(join(packageRoot(), "src/model", path), "utf8");
  const part = partBeside(path);
  const says =
    /^(backplane|presence)\//.test(path) && MEMBER.test(source)
      ? commentAbove(source, MEMBER)
      : source.startsWith("/**")
        ? headComment(source)
        : "";
  const title = part?.name ?? /([\w-]+)\.ts$/.exec(path)![1]!;
  return `### ${title}\n\n${linkTo(path)}${part === undefined ? "" : `, declared in ${linkTo(declarationOfFile(path))}`}\n\n${says}\n${part === undefined ? "" : declarationOf(part)}`;
}

/** The part whose declaration stands beside a file. */
function partBeside(path: string): Part | undefined {
  const file = join(packageRoot(), "src/model", declarationOfFile(path));
  const [, name] = existsSync(file)
    ? (/\bpart\(\{\s*name: "(\w+)"/.exec(readFileSync(file, "utf8")) ?? [])
    : [];
  return PARTS.find((part) => part.name === name);
}

function declarationOfFile(path: string): string {
  return path.replace(/\.ts$/, ".part.ts");
}

function declarationOf(part: Part): string {
  const machine = MODEL.find(({ name }) => name === part.name)?.machine;
  const fields = Object.entries(part.fields?.of ?? {}).map(
    ([name, field]) =>
      `| ${placesOf(part.fields!.in, name)} | ${initialOf(field)} | ${field.says}${field.source === undefined ? "" : ` (${field.source})`} |`,
  );
  return [
    `\nNumber ${part.number} in the trace. Events: ${part.events.map((event) => `\`${event}\``).join(", ")}.\n`,
    ...(fields.length === 0
      ? []
      : [`\n| field | default | what it says |\n| --- | --- | --- |\n${fields.join("\n")}\n`]),
    ...(machine === undefined ? [] : [`\n${statechartPicture(machine)}\n`]),
  ].join("");
}

/** Where a scenario has a field. */
function placesOf(section: Section, name: string): string {
  const places = section === "balancers" ? ["balancer", "proxies[]"] : [section];
  return places.map((place) => `\`${place}.${name}\``).join(", ");
}

function initialOf({ kind, initial }: Field): string {
  return kind === "duration" ? `${initial} ms` : String(initial);
}

function familySection(folder: string): string {
  const { title, member } = FAMILIES[folder]!;
  const files = readdirSync(join(packageRoot(), "src/model", folder)).sort();
  const members = files.flatMap((name) => {
    const source = readFileSync(join(packageRoot(), "src/model", folder, name), "utf8");
    if (!member.test(source)) return [];
    return [
      `#### ${name.replace(/\.ts$/, "")}\n\n${linkTo(`${folder}/${name}`)}\n\n${commentAbove(source, member)}\n`,
    ];
  });
  return `### ${title}\n\n${members.join("\n")}`;
}

function linkTo(path: string): string {
  return `[src/model/${path}](../../src/model/${path})`;
}
