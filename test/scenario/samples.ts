/** A small valid scenario, with some of its fields replaced, as text. */
export function small(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    version: 1,
    name: "small",
    title: "Small",
    summary: "Two clients.",
    seed: 1,
    clients: [{ name: "A" }, { name: "B" }],
    workload: [{ from: "A", atMs: 500 }],
    ...changes,
  });
}
