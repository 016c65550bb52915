/** The rules of the model, from the heads of its files: what each part does, its source, and what it leaves out. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lessons.ts";
import { commentAbove, headComment } from "./comments.ts";

/** The files in the order in which a message meets them; what is not named here has no rule of its own. */
const FILES = [
  "oracle",
  "ends",
  "client",
  "connection",
  "watchdog",
  "client-socket",
  "link",
  "tcp",
  "exchange",
  "balancer",
  "server",
  "session",
  "heartbeat",
  "local-rooms",
  "adapter",
  "redis-client",
  "backplane",
];

export function modelPage(): string {
  const folder = join(packageRoot(), "src/model");
  const policies = readdirSync(join(folder, "balancing"))
    .filter((name) => name !== "index.ts" && name !== "policy.ts")
    .sort();
  const section = (path: string, title: string, level: string, comment: (source: string) => string) => {
    const text = comment(readFileSync(join(folder, path), "utf8"));
    return `${level} ${title}\n\n[src/model/${path}](../../src/model/${path})\n\n${text}\n`;
  };
  const ofPolicy = (source: string) => commentAbove(source, /^export const \w+: Policy =/m);
  return `<!-- Generated from the heads of src/model/*.ts by npm run generate. -->

# The model, rule by rule

What each part does, from where it is known, and what it leaves out. «FACTS» are the [facts](facts.md) that the model rests on, «ground-truth» the
[measurements](../../test/ground-truth/README.md) that it is held to.

${FILES.map((name) => section(`${name}.ts`, name, "##", headComment)).join("\n")}
## Balancing policies

${policies.map((name) => section(`balancing/${name}`, name.replace(/\.ts$/, ""), "###", ofPolicy)).join("\n")}`;
}
