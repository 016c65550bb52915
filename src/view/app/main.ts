/** The entry of the page. */
import "../worker/first-worker.ts";
import "../look/theme.ts";
import "./app.ts";

// In a task of its own, after that in which all code was evaluated: neither is then so long that a key or a tap waits for it.
setTimeout(() => document.body.prepend(document.createElement("fanout-app")));
