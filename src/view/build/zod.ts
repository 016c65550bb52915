/**
 * Zod comes without its generator of JSON Schema, which nothing in the page asks for: each of its schemas knows how to be
 * written, and would bring all of it.
 */
import type { Plugin } from "vite";

/** What a schema says of itself to the generator: each a line. */
const WRITTEN = /^\s*inst\._zod\.processJSONSchema = .*;$/gm;
/** Where the generator is begun. */
const BEGUN = /create(?:Standard|To)JSONSchemaMethod(?=\(this, )/g;

export function zodWithoutGenerator(): Plugin {
  return {
    name: "fanout-zod",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\/zod\/v4\/classic\/schemas\.js$/ },
      handler(code) {
        const left = code.replace(WRITTEN, "").replace(BEGUN, "(() => undefined)");
        if (/processJSONSchema|SchemaMethod\(/.test(left))
          this.error("Zod is written otherwise than expected: its generator would be in the page");
        return { code: left, map: null };
      },
    },
  };
}
