import { CAUSES } from "../../model/causes.ts";

export function causesPage(): string {
  const sections = CAUSES.map(
    ({ name, label, sentence, remedy }) =>
      `## ${name}\n\n*${label}*\n\n${sentence}\n\n**Remedy.** ${remedy}\n`,
  );
  return `<!-- Generated from src/model/causes.ts by npm run generate. -->

# Causes of loss

Every lost copy has exactly one of these ${CAUSES.length} causes, one place and one time. The names are those of \`--json\` and of traces.

${sections.join("\n")}`;
}
