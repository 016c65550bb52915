/**
 * The entry of the page. What the model says of itself, what the page is made of, and its first element are each evaluated in a
 * task of their own: none is then so long that a key or a tap waits for it.
 */
import "../worker/first-worker.ts";
import "../look/theme.ts";
import "../../model/simulation.ts";

const nextTask = () => new Promise((next) => setTimeout(next));

await nextTask();
await import("./app.ts");
await nextTask();
document.body.prepend(document.createElement("fanout-app"));
