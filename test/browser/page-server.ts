/** Builds the page into a folder of its own and serves it on a free port, as `npm start` does. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, preview } from "vite";

const root = resolve(import.meta.dirname, "../..");

export interface PageServer {
  readonly url: string;
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds and serves. */
export async function servePage(): Promise<PageServer> {
  const folder = await mkdtemp(join(tmpdir(), "fanout-page-"));
  const configFile = join(root, "vite.config.ts");
  // Vitest sets NODE_ENV to test, which would build Lit's development version.
  const mode = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await build({
      root,
      configFile,
      mode: "production",
      logLevel: "silent",
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    if (mode === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = mode;
  }
  const server = await preview({
    root,
    configFile,
    logLevel: "silent",
    build: { outDir: folder },
    preview: { port: 0, host: "127.0.0.1", strictPort: false, open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the page's server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    folder,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
