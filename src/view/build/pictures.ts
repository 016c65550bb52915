/** In the built page: the pictures of the statecharts, made when the page was built. Stands for `view/stage/charts.ts`. */
import pictures from "virtual:pictures";

export const CHARTS = pictures;
