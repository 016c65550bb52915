/** What is generated from the code: path in the repository → content. A test fails if a file is stale. */
import { schemaText } from "../commands/schema.ts";
import { causesPage } from "./causes.ts";
import { linkCitations } from "./citations.ts";
import { type BuildProgram, commandLinePage } from "./command-line.ts";
import { modelPage } from "./model.ts";
import { rulesPage } from "./rules.ts";
import { scenarioPage } from "./scenario.ts";
import { tracePage } from "./trace.ts";

export async function generatedFiles(buildProgram: BuildProgram): Promise<Readonly<Record<string, string>>> {
  return {
    "simulations/scenario.schema.json": schemaText(),
    "docs/reference/scenario.md": linkCitations(scenarioPage()),
    "docs/reference/causes.md": causesPage(),
    "docs/reference/trace.md": tracePage(),
    "docs/reference/model.md": linkCitations(modelPage()),
    "docs/reference/rules.md": linkCitations(rulesPage()),
    "docs/reference/command-line.md": await commandLinePage(buildProgram),
  };
}
