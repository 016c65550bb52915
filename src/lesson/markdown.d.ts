/** The glossary, read when the page is built: vite-plugin.ts. */
declare module "*/glossary.md" {
  const terms: readonly import("./lesson.ts").Term[];
  export default terms;
}

/** The course, listed when the page is built: vite-plugin.ts. */
declare module "virtual:course" {
  const course: readonly import("./lesson.ts").CourseEntry[];
  export default course;
}
