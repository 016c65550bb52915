/** The statecharts, compiled when the page is built: charts.ts. */
declare module "virtual:charts" {
  const compiled: {
    /** By the parts' names. */
    readonly charts: Readonly<Record<string, import("../../statechart/chart-data.ts").ChartData>>;
    /** By the machines' numbers. */
    readonly pictures: readonly import("../worker/charts.ts").ChartPicture[];
  };
  export default compiled;
}
