// The rooms workload on SIM.JS. Prints one line of JSON: node rooms-simjs.cjs N K R seconds
globalThis.window = globalThis;
require("vm").runInThisContext(
  require("fs").readFileSync(require.resolve("simjs", { paths: [process.cwd()] }), "utf8"),
);
const { Sim, Entity } = globalThis.Sim;
const [N, K, R] = process.argv.slice(2, 5).map(Number),
  secs = +process.argv[5];
let ev = 0,
  delivered = 0,
  msgs = 0;
let x = 1;
const rnd = () => {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return (x >>> 0) / 4294967296;
};
class Hub extends Entity {
  start() {}
  lb(a) {
    ev++;
    this.setTimer(0.5).done(this.server, this, [a]);
  }
  server(a) {
    ev++;
    this.setTimer(0.3).done(this.bp, this, [a]);
  }
  bp(a) {
    ev++;
    for (let k = 0; k < K; k++) this.setTimer(0.3).done(this.at, this, [a, k]);
  }
  at(a, k) {
    ev++;
    const room = Math.floor(a / R);
    for (let j = room * R; j < Math.min(room * R + R, N); j++)
      if (j !== a && j % K === k) this.setTimer(0.5).done(this.lb2, this, [a, j]);
  }
  lb2(a, j) {
    ev++;
    this.setTimer(5 + rnd() * 10).done(this.recv, this, [a, j]);
  }
  recv() {
    ev++;
    delivered++;
  }
}
class Client extends Entity {
  start(i) {
    this.i = i;
    this.setTimer(rnd() * 1000).done(this.tick, this);
  }
  tick() {
    ev++;
    msgs++;
    hub.setTimer(5 + rnd() * 10).done(hub.lb, hub, [this.i]);
    this.setTimer(500 + rnd() * 1000).done(this.tick, this);
  }
}
const sim = new Sim();
const hub = sim.addEntity(Hub);
for (let i = 0; i < N; i++) sim.addEntity(Client, null, i);
const s = performance.now();
sim.simulate(secs * 1000);
const d = performance.now() - s;
console.log(JSON.stringify({ seconds: d / 1000, events: ev, check: "" }));
