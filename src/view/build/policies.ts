/**
 * Of balancing policies the page has all names and what is said of each, but of what they do only the usual: the others come with the first
 * scenario whose balancer goes by one of them. Stands for `model/balancer/policies/index.ts`, and for `view/run/policies.ts`.
 */
import { join } from "node:path";
import { type Plugin, runnerImport } from "vite";

const SRC = join(import.meta.dirname, "../..");
const ALL = join(SRC, "model/balancer/policies/index.ts");
const USUAL = "round-robin";
const NAMES = "\0virtual:policies";
const FETCH = "\0virtual:fetch-policies";
/** What is replaced in the page, and by what. */
const REPLACED: Readonly<Record<string, string>> = {
  [ALL]: NAMES,
  [join(SRC, "view/run/policies.ts")]: FETCH,
};

const FETCHING = `
import { POLICIES } from ${JSON.stringify(ALL)};
export async function fetchPolicies(wanted) {
  if (POLICIES[wanted]?.route !== undefined) return;
  const { POLICIES: all } = await import(${JSON.stringify(`${ALL}?all`)}).catch(() => {
    throw new Error("what routes by this policy could not be fetched. Is there a connection? Then try again");
  });
  for (const name in POLICIES) POLICIES[name].route ??= all[name].route;
}`;

export function policiesApart(): Plugin {
  return {
    name: "fanout-policies",
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source === ALL) return NAMES;
      if (!/\/(?:policies\/index|policies)\.ts$/.test(source)) return undefined;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? undefined : REPLACED[found.id];
    },
    async load(id) {
      if (id === NAMES) return { code: await withNamesAlone(), map: null };
      return id === FETCH ? { code: FETCHING, map: null } : undefined;
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
