/** Builds the page and serves it on a free port, as `npm start` does. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Plugin, preview } from "vite";

const root = resolve(import.meta.dirname, "../..");

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page into an empty folder. */
export async function buildPage(folder: string): Promise<void> {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const args = ["build", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
  // Vitest sets NODE_ENV to test, which would build Lit's development version.
  const env = { ...process.env, NODE_ENV: "production" };
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root, env });
}

/** What is named by its content never changes. A browser that opens the page again asks for it no more, as on the web. */
const lasting: Plugin = {
  name: "lasting",
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use((request, response, next) => {
      if (request.url?.startsWith("/assets/"))
        response.setHeader("Cache-Control", "max-age=31536000,immutable");
      next();
    });
  },
};

/** Serves the page that was built into a folder. `plugins` may change what is served. */
export async function servePage(folder: string, plugins: Plugin[] = []): Promise<PageServer> {
  const server = await preview({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "silent",
    plugins: [lasting, ...plugins],
    build: { outDir: folder },
    preview: { port: 0, host: "127.0.0.1", strictPort: false, open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the page's server has no port");
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
