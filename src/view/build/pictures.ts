/** In the built page: the pictures of the statecharts, made when the page was built. Stands for `view/worker/charts.ts`. */
import compiled from "virtual:charts";

export const CHARTS = compiled.pictures;
