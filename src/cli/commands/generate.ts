/** `fanout generate`: what is generated from the code, for those who work on Fanout Lab. `npm run generate` calls it. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { Io } from "../io.ts";
import { packageRoot } from "../package.ts";
import type { BuildProgram } from "../reference/command-line.ts";
import { generatedFiles } from "../reference/index.ts";

export function addGenerate(program: Command, io: Io, buildProgram: BuildProgram): void {
  program
    .command("generate", { hidden: true })
    .description("write simulations/scenario.schema.json and docs/reference/ from the code")
    .action(async () => {
      for (const [path, content] of Object.entries(await generatedFiles(buildProgram))) {
        const file = join(packageRoot(), path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
        await io.out(`${path}\n`);
      }
    });
}
