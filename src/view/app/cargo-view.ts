/** What is said of a message, a copy or a packet that is chosen: its way, how it died, and what can be done to it. */
import { html, nothing, type TemplateResult } from "lit";
import { Fate } from "../../model/fate/oracle.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { causeSentence, remedyOf } from "../../run/remedies.ts";
import { aboutBalancer, atBeginning } from "../../run/words.ts";
import { count, seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import type { Loaded, Player } from "../player/player.ts";
import { frameOfRecord, type Hop, hopOf, hopsOf, packetName } from "../run/hops.ts";
import { copyName, messageName, nodeInSentence } from "../run/naming.ts";
import { sinceRoots } from "../run/rare.ts";
import { toggleFollowed } from "./following.ts";
import { isVeiled } from "./reading.ts";
import type { Workbench } from "./workbench.ts";

/** What is said of what is chosen. */
export interface ChosenView {
  readonly title: string;
  readonly body: TemplateResult;
}

/** A packet can be held back by so much at most. ms. */
const MOST_MS = 10_000;

export function cargoView(
  bench: Workbench,
  loaded: Loaded,
  kind: "message" | "copy" | "packet",
  id: number,
): ChosenView {
  const { run, index } = loaded;
  const { ledger, frames } = index;
  if (kind === "copy") return copyView(bench, loaded, id);
  if (kind === "packet") return packetView(bench, loaded, frameOfRecord(frames, id));
  return {
    title: messageName(run, ledger, id),
    body: html`<p>Sent at ${momentView(bench, ledger.messageUs[id]!)}.</p>
      ${followView(bench)} ${hopsView(bench, hopsOf(run, frames, id))}`,
  };
}

/** Has the view go along with it, or no longer. */
function followView({ player }: Workbench): TemplateResult {
  const isFollowed = player.followed !== null;
  return html`<div class="acts">
    <button class="plain framed" data-testid="follow" aria-pressed=${isFollowed} title="Go along with it (f)" @click=${() => void toggleFollowed(player)}>
      ${icon("follow")} Follow
    </button>
  </div>`;
}

function go(player: Player, timeUs: number): void {
  player.pause();
  player.seek(timeUs);
}

/** The autopsy of a copy that was lost; of any other, its way. */
function copyView(bench: Workbench, { run, index: { ledger, frames } }: Loaded, copy: number): ChosenView {
  const message = ledger.message[copy]!;
  const recipient = ledger.recipient[copy]!;
  const [cause, root] = [ledger.cause[copy]!, ledger.root[copy] ?? null];
  const isLost = ledger.fate[copy] === Fate.lost && ledger.settledUs[copy]! <= bench.player.timeUs;
  const isKnown = isLost && !isVeiled(bench);
  const lost = CAUSES[cause];
  return {
    title: atBeginning(copyName(run, ledger, message, recipient)),
    body: html`<p>Sent at ${momentView(bench, ledger.messageUs[message]!)}.</p>
        ${
          isKnown && lost !== undefined
            ? html`<div class="autopsy" data-testid="autopsy">
                <p>
                  ✕ Died at ${nodeInSentence(run, ledger.place[copy]!)} at ${momentView(bench, ledger.settledUs[copy]!)}:
                  ${lost.label}. ${aboutBalancer(run.scenario, causeSentence(cause))}
                </p>
                ${root === null ? nothing : html`<p>${sinceRoots(run, [root])}</p>`}
                <p>${remedyOf(cause, root)} <button class="link" @click=${() => bench.showTab("rules")}>Which repair stands?</button></p>
              </div>`
            : nothing
        }
        ${followView(bench)} ${hopsView(bench, hopsOf(run, frames, message, recipient))}`,
  };
}

/** What a packet carries, where it goes, and what can be done to it. */
function packetView(bench: Workbench, { run, index: { frames, ledger } }: Loaded, frame: number): ChosenView {
  if (frame < 0) return { title: "A packet", body: html`<p>It is not in this run.</p>` };
  const { words, startUs, endUs, isDropped } = hopOf(run, frames, frame);
  const message = frames.message[frame]!;
  const recipient = frames.recipient[frame]!;
  const carried =
    recipient >= 0 ? copyName(run, ledger, message, recipient) : messageName(run, ledger, message);
  const name = packetName(run, frames, frame);
  const isOver = isVeiled(bench);
  const holdBack = (event: Event) => {
    const { valueAsNumber: byMs } = event.target as HTMLInputElement;
    if (byMs > 0 && byMs <= MOST_MS) bench.act({ act: "delay", ...name, byMs });
  };
  return {
    title: words,
    body: html`<p>
          Packet ${count(name.packet)} on the link ${name.target}, ${name.direction}.
          ${message >= 0 ? html`It carries ${carried}.` : nothing}
          Left at ${momentView(bench, startUs)}${isDropped ? html`; dropped on the way` : isOver ? nothing : html`, arrives at ${momentView(bench, endUs)}`}.
        </p>
        ${
          isOver
            ? nothing
            : html`<div class="acts" role="group" aria-label="Do to this packet">
                <button class="plain framed" @click=${() => bench.act({ act: "drop", ...name })}>Drop it</button>
                <label>Hold it back by (ms)
                  <input type="number" min="1" max=${MOST_MS} placeholder="200" @change=${(e: Event) => holdBack(e)} />
                </label>
              </div>`
        }
        ${followView(bench)} ${message >= 0 ? hopsView(bench, hopsOf(run, frames, message, recipient)) : nothing}`,
  };
}

/** The way, hop by hop: each a link to its moment. What is to come under an open question is not told. */
function hopsView(bench: Workbench, hops: readonly Hop[]): TemplateResult | typeof nothing {
  const { timeUs } = bench.player;
  const shown = isVeiled(bench) ? hops.filter(({ startUs }) => startUs <= timeUs) : hops;
  if (shown.length === 0) return nothing;
  return html`<ol class="hops" aria-label="Its way" data-testid="hops">
      ${shown.map(
        ({
          startUs,
          endUs,
          words,
          isDropped,
        }) => html`<li aria-current=${startUs <= timeUs && timeUs < endUs ? "step" : nothing}>
          ${momentView(bench, startUs)} ${words}${isDropped ? " ✕ dropped" : ""}
        </li>`,
      )}
    </ol>`;
}

function momentView({ player }: Workbench, timeUs: number): TemplateResult {
  return html`<button class="link number" @click=${() => go(player, timeUs)}>${seconds(timeUs)}</button>`;
}
