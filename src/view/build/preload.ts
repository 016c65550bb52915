/** The page itself comes with a task of its own (app/main.ts). It is asked for with the entry all the same, and not after it. */
import { join } from "node:path";
import type { Plugin } from "vite";

const APP = join(import.meta.dirname, "../app/app.ts");

export function preloadsApp(): Plugin {
  return {
    name: "fanout-preload",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const app = Object.values(bundle).find(
          (file) => file.type === "chunk" && file.facadeModuleId === APP,
        );
        if (app?.type !== "chunk") throw new Error("the page has no file of its own");
        return [app.fileName, ...app.imports]
          .filter((file) => !html.includes(file))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${file}` },
          }));
      },
    },
  };
}
