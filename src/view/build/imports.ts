/**
 * What is fetched on demand is fetched as it stands: Vite would bring code that looks for style sheets and for what else
 * will be needed. The page's styles are in its templates, and what a tab needs is mostly there already.
 */
import type { Plugin } from "vite";

const HELPER = /^\0vite\/preload-helper\.js$/;

export function plainImports(): Plugin {
  return {
    name: "fanout-imports",
    apply: "build",
    enforce: "pre",
    config: () => ({
      build: {
        modulePreload: {
          polyfill: false,
          // The document still names what the first picture needs, so that all of it is fetched at once.
          resolveDependencies: (_, dependencies, { hostType }) => (hostType === "html" ? dependencies : []),
        },
      },
    }),
    load: {
      filter: { id: HELPER },
      handler: () => ({ code: "export const __vitePreload = (load) => load();", map: null }),
    },
  };
}
