/**
 * What few scenarios need comes with the first that does. Of balancing policies the page has all names and what is said of each, but of what
 * they do only the usual; of backplanes and of presence likewise; of the log of a stream in Redis, of a notification service, of what
 * waits for who does not read, of health checks, of lines for a place at a server, and of servers that stop and balancers that are reloaded, nothing (model/apart.ts). Stands for `model/balancer/policies/index.ts`, `model/apart.ts` and `view/run/apart.ts`.
 */
import { join } from "node:path";
import { type Plugin, runnerImport } from "vite";

const SRC = join(import.meta.dirname, "../..");
const ALL = join(SRC, "model/balancer/policies/index.ts");
const APART = join(SRC, "model/apart.ts");
/** Members of families of which the page has what is said of them, and not what they do: what their parts call what is said. */
const SAID: Readonly<Record<string, string>> = {
  "backplane/vendor": "VENDOR",
  "backplane/history": "HISTORY",
  "backplane/sharded": "SHARDED",
  "backplane/streams": "STREAMS",
  "backplane/registry": "REGISTRY",
  "backplane/plain": "PLAIN",
  "presence/replicated": "REPLICATED",
  "presence/bloom": "BLOOM",
  "presence/database": "DATABASE",
};
const fileOf = (path: string, end = ".ts") => JSON.stringify(join(SRC, "model", path + end));
const SAID_OF = "\0virtual:said-of-";
const USUAL = "round-robin";
const NAMES = "\0virtual:policies";
const NOTHING = "\0virtual:nothing-apart";
const FETCH = "\0virtual:fetch-apart";
const FETCHED = "\0virtual:all-apart";
/** What is replaced in the page, and by what. */
const REPLACED: Readonly<Record<string, string>> = {
  [ALL]: NAMES,
  [APART]: NOTHING,
  [join(SRC, "view/run/apart.ts")]: FETCH,
};

const FETCHING = `
import { POLICIES } from ${JSON.stringify(ALL)};
import { APART } from ${JSON.stringify(APART)};
import { BACKPLANES } from ${fileOf("backplane/index")};
import { PRESENCE } from ${fileOf("presence/index")};
export async function fetchApart(wanted) {
  if (wanted) {
    const { balancer, proxies, servers, backplane, presence, gateway, faults } = wanted;
    const isRare = servers.kernelBuffersKiB > 0 || backplane.kernelBuffersKiB > 0 || servers.tasks === "stream" || balancer.maxconn > 0 || balancer.checkIntervalMs > 0 || faults.some(({ act }) => /^(stop|disconnect|reload)$/.test(act)) || [balancer, ...proxies].some((one) => one.descriptors > 0 || one.ports > 0 || one.rateLimitSessions > 0);
    const isUsual = BACKPLANES[backplane.kind].begin && PRESENCE[presence.kind].add && !isRare && !gateway.channels.length;
    if (isUsual && POLICIES[balancer.policy].route) return;
  }
  const all = await import(${JSON.stringify(FETCHED)}).catch(() => {
    throw new Error("what this scenario needs could not be fetched. Is there a connection? Then try again");
  });
  for (const name in POLICIES) POLICIES[name].route ??= all.POLICIES[name].route;
  Object.assign(APART, all.APART);
  for (const family of [BACKPLANES, PRESENCE]) for (const name in family) Object.assign(family[name], all[name]);
}`;

/** By what is imported: what the page has instead. */
const MADE: Readonly<Record<string, () => string | Promise<string>>> = {
  [NAMES]: withNamesAlone,
  [NOTHING]: () => "export const APART = {};",
  [FETCH]: () => FETCHING,
  [FETCHED]: () =>
    `export { POLICIES } from ${JSON.stringify(`${ALL}?all`)}; export { APART } from ${JSON.stringify(`${APART}?all`)};` +
    Object.keys(SAID)
      .map((path) => `export { ${nameOf(path)} } from ${fileOf(path)};`)
      .join(""),
  ...Object.fromEntries(Object.keys(SAID).map((path) => [SAID_OF + path, () => saidOf(path)])),
};

function nameOf(path: string): string {
  return path.split("/")[1]!;
}

/** What is said is copied, since what it does is put beside it. */
function saidOf(path: string): string {
  const said = SAID[path]!;
  return `import { ${said} } from ${fileOf(path, ".part.ts")}; export const ${nameOf(path)} = { ...${said} };`;
}

export function comesApart(): Plugin {
  return {
    name: "fanout-apart",
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source in MADE) return source;
      if (source in REPLACED) return REPLACED[source];
      // A family's index imports its members.
      const [, family] = /\/model\/(\w+)\/index\.ts$/.exec(importer ?? "") ?? [];
      const member = source.replace(/^\.\/(\w+)\.ts$/, `${family}/$1`);
      if (member in SAID) return SAID_OF + member;
      if (!/\/(?:policies\/index|apart)\.ts$/.test(source)) return undefined;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? undefined : REPLACED[found.id];
    },
    async load(id) {
      const made = MADE[id];
      return made === undefined ? undefined : { code: await made(), map: null };
    },
  };
}

/** All policies by their names, without what they do but for the usual. */
async function withNamesAlone(): Promise<string> {
  const { module } = await runnerImport<{ POLICIES: Readonly<Record<string, object>> }>(ALL, {
    configFile: false,
  });
  // What they do is a function, which JSON leaves out.
  const { [USUAL]: _, ...others } = module.POLICIES;
  return `
import { roundRobin } from ${JSON.stringify(join(SRC, "model/balancer/policies/round-robin.ts"))};
export const POLICIES = { ${JSON.stringify(USUAL)}: roundRobin, ...${JSON.stringify(others)} };`;
}
