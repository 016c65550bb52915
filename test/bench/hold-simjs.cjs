// The hold model on SIM.JS. Prints one line of JSON: node hold-simjs.cjs <pending> <events>
// SIM.JS is written for browsers: it has to be run as a script, with a `window`.
globalThis.window = globalThis;
const simjs = require.resolve("simjs", { paths: [process.cwd()] });
require("node:vm").runInThisContext(require("node:fs").readFileSync(simjs, "utf8"));
const { Sim, Entity } = globalThis.Sim;

const [pending, events] = process.argv.slice(2).map(Number);
const warmup = Math.floor(events / 4);
let state = 1;
const delay = () => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return Math.floor(((state >>> 0) / 4294967296) * 1e6);
};
let fired = 0;
let start = 0;
class Holder extends Entity {
  start(index) {
    this.index = index;
    this.setTimer(delay()).done(this.fire, this);
  }
  fire() {
    if (fired === warmup) start = performance.now();
    if (fired++ === warmup + events) {
      const seconds = (performance.now() - start) / 1000;
      // At equal times SIM.JS has an order of its own, so only the number of events is comparable.
      process.stdout.write(`${JSON.stringify({ seconds, events, check: "" })}\n`);
      process.exit(0);
    }
    this.setTimer(delay()).done(this.fire, this);
  }
}
const sim = new Sim();
for (let i = 0; i < pending; i++) sim.addEntity(Holder, null, i);
sim.simulate(Number.MAX_SAFE_INTEGER);
