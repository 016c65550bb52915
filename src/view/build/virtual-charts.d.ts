/** The statecharts, compiled when the page is built: charts.ts. */
declare module "virtual:charts" {
  /** By the parts' names. */
  const charts: Readonly<Record<string, import("../../statechart/chart-data.ts").ChartData>>;
  export default charts;
}
/** What is drawn of them. */
declare module "virtual:pictures" {
  /** By the machines' numbers. */
  const pictures: readonly import("../stage/charts.ts").ChartPicture[];
  export default pictures;
}
