/** The entry of the page. */
import "../look/theme.ts";
import "./app.ts";
