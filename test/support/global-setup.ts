/** Gives each run of the tests a folder to build into, which is gone after it: others build too, and people into dist/node. */
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Within the repository, so that what is built there finds packages and lessons. */
    buildFolder: string;
  }
}

export default function setup({ provide }: TestProject): () => void {
  const folder = resolve(import.meta.dirname, "../../dist", `test-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  provide("buildFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
