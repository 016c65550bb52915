/** What members of a room heard of two publishers, in which order: the set-up of ground truth 24 and 32. */
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { type Lab, runLab } from "./ground-truth.ts";

type Heard = readonly { readonly message: number; readonly sender: number }[];

/** Two servers each emit 300 messages, one every 5 ms, to m0 and m0b on the first and m1 on the second. */
export function twoPublishers(backplane: ScenarioInput["backplane"]) {
  const jitter = { latencyMs: { distribution: "uniform" as const, minMs: 0.1, maxMs: 1 } };
  const lab = runLab({
    durationMs: 2200,
    clients: ["m0", "m1", "m0b"].map((name, i) => ({
      name,
      transport: "websocket" as const,
      startMs: i * 5,
    })),
    backplane,
    network: { client: { latencyMs: 0.2 }, server: { latencyMs: 0.1 }, backplane: jitter },
    workload: [
      { from: "server-1", to: "everyone", firstMs: 500, everyMs: 5, untilMs: 500 + 299 * 5 },
      { from: "server-2", to: "everyone", firstMs: 500.3, everyMs: 5, untilMs: 500.3 + 299 * 5 },
    ],
  });
  const heard = ["m0", "m0b", "m1"].map((name) => heardBy(lab, name));
  return { lab, heard: heard as [Heard, Heard, Heard] };
}

/** The messages that a client heard, in order, with their senders. */
export function heardBy(lab: Lab, name: string): Heard {
  return lab
    .records(RecordKind.delivered)
    .filter((row) => row[3] === lab.node(name))
    .map((row) => ({ message: row[2]!, sender: lab.ledger.messages[row[2]!]!.sender }));
}

/** Pairs of one message of each sender that two members hear in different orders. */
export function inverted(one: Heard, other: Heard): number {
  const places = new Map(other.map(({ message }, place) => [message, place]));
  let count = 0;
  for (let i = 0; i < one.length; i++)
    for (let j = i + 1; j < Math.min(i + 20, one.length); j++)
      if (one[i]!.sender !== one[j]!.sender && places.get(one[i]!.message)! > places.get(one[j]!.message)!)
        count++;
  return count;
}
