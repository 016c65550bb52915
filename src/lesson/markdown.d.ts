/** The glossary, read when the page is built: vite-plugin.ts. */
declare module "*/glossary.md" {
  const terms: readonly import("./lesson.ts").Term[];
  export default terms;
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
