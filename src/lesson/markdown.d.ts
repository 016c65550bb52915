/** The glossary, read when the page is built: vite-plugin.ts. */
declare module "*/glossary.md" {
  const terms: readonly import("./lesson.ts").Term[];
  export default terms;
}

/** By lesson: what it is about, for who seeks one: vite-plugin.ts. */
declare module "virtual:course-words" {
  const words: Readonly<Record<string, { readonly summary: string; readonly teaches: string }>>;
  export default words;
}

/** The course, listed when the page is built: vite-plugin.ts. */
declare module "virtual:course" {
  const course: readonly import("./lesson.ts").CourseEntry[];
  export default course;
  /** By name: its scenario, and its steps; null: it is not told in steps. */
  export const files: Readonly<
    Record<
      string,
      () => Promise<{
        readonly scenario: import("./prepared.ts").PreparedScenario;
        readonly story: import("./lesson.ts").Lesson | null;
      }>
    >
  >;
}

/** A document that the page brings along as a file of its own. */
declare module "*/facts.md?url" {
  const url: string;
  export default url;
}
