/** The entry of the page. */
import "./theme.ts";
import "./app.ts";
