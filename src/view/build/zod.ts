/**
 * Zod comes without what nothing in the page asks for, and each of its schemas would bring: its generator of JSON Schema,
 * and its memory of what it has parsed, which is for data that goes in circles. Scenarios come from JSON, which has none.
 */
import type { Plugin } from "vite";

/** What a schema says of itself to the generator: each a line. */
const WRITTEN = /^\s*inst\._zod\.processJSONSchema = .*;$/gm;
/** Where the generator is begun. */
const BEGUN = /create(?:Standard|To)JSONSchemaMethod(?=\(this, )/g;
/** Where a memory is given to all schemas. Zod's smaller edition does without. */
const REMEMBERED = /^\s*core\.config\(\{ memoizer: core\.memoizer\(\) \}\);$/m;

export function smallZod(): Plugin {
  return {
    name: "fanout-zod",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\/zod\/v4\/classic\/schemas\.js$/ },
      handler(code) {
        const left = code.replace(WRITTEN, "").replace(BEGUN, "(() => undefined)").replace(REMEMBERED, ";");
        if (/processJSONSchema|SchemaMethod\(|core\.memoizer/.test(left))
          this.error("Zod is written otherwise than expected: what is left out would be in the page");
        return { code: left, map: null };
      },
    },
  };
}
