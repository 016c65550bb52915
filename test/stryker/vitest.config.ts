/** The tests that `npm run mutants` runs for each change that Stryker makes: those without processes and browsers. */

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import usual from "../../vitest.config.ts";

/** What soonest finds a change begins: most change what some lesson's run does. */
class FingerprintsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isFirst = ({ moduleId }: TestSpecification) => moduleId.endsWith("fingerprints.test.ts");
    return [...files.filter(isFirst), ...files.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    include: ["test/{kernel,statechart,model,scenario,run,properties,cost,check,view}/**/*.test.ts"],
    exclude: [
      ...usual.test!.exclude!,
      // It compares what is generated from the sources, as Stryker has written them, with the documents.
      "test/scenario/generated.test.ts",
      // A change that nothing notices needs all tests that execute it. These take half of the time, and notice what others notice before.
      "test/properties/{determinism,roots,channels,retries}.test.ts",
      "test/view/{knobs,layout,checker,hops}.test.ts",
      "test/scenario/{bounded,brief,extremes,fuzz}.test.ts",
    ],
    sequence: { sequencer: FingerprintsFirst },
    // What properties draw decides which changes they notice: each run draws the same.
    env: { FC_SEED: "18" },
    // Stryker's runner uses threads, which take none.
    execArgv: [],
  },
});
