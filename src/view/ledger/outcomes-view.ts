/** What senders believe of their messages, beside what servers have done: a table, and each message as a tile. */

import { css, html, nothing, type TemplateResult } from "lit";
import { messageNumber } from "../../run/message-number.ts";
import {
  BELIEF_WORDS,
  type Belief,
  beliefOf,
  beliefTable,
  DONE_WORDS,
  isRight,
  type Task,
} from "../../run/outcomes.ts";
import { count, plural } from "../look/format.ts";

/** With more messages than this, there are no tiles for the rest. */
const TILES = 300;

/** Shape and colour together say what is believed. */
const SIGNS: Readonly<Record<Belief, string>> = {
  done: "✓",
  failed: "✕",
  untold: "?",
  waiting: "…",
  unasked: "·",
};

export const outcomeStyles = css`
  .outcomes table {
    max-width: 100%;
    border-collapse: separate;
    border-spacing: 4px;
    font-variant-numeric: tabular-nums;
  }
  .outcomes th {
    font-weight: 500;
    font-size: 0.875rem;
    padding: 0.1rem 0.25rem;
    color: var(--text);
  }
  .outcomes th[scope="row"] {
    text-align: left;
    white-space: nowrap;
  }
  .outcomes td {
    min-width: 4rem;
    text-align: center;
    padding: 0.45rem 0.25rem;
    border: 1px solid var(--line);
    border-radius: 6px;
    color: var(--muted);
  }
  .outcomes td.right {
    background: var(--good-soft);
    border-color: transparent;
    color: var(--good);
    font-weight: 700;
  }
  .outcomes td.wrong {
    background: var(--bad-soft);
    border-color: transparent;
    color: var(--bad);
    font-weight: 700;
  }
  .tiles {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-top: 0.9rem;
  }
  .tiles button {
    width: 3.1rem;
    height: 2.75rem;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--surface);
    color: var(--text);
    line-height: 1.15;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  .tiles button.right {
    background: var(--good-soft);
    border-color: transparent;
    color: var(--good);
  }
  .tiles button.wrong {
    background: var(--bad-soft);
    border-color: var(--bad);
    color: var(--bad);
    font-weight: 700;
  }
  .tiles button.chosen {
    outline: 2px solid var(--accent);
  }
  .tiles small {
    display: block;
    font-size: 0.6875rem;
  }
`;

/** `chosen`: the message that is looked at, −1 none. */
export function outcomesView(
  tasks: readonly Task[],
  chosen: number,
  choose: (message: number) => void,
): TemplateResult {
  return html`
    <section aria-labelledby="outcomes" class="outcomes">
      <h2 id="outcomes">Believed and done <span>so far: what senders were told, and what servers did</span></h2>
      ${tasks.length === 0 ? html`<p class="muted">Nothing has been sent yet.</p>` : tableOf(tasks)}
      <div class="tiles" role="group" aria-label="Each message, in the order in which they were sent">
        ${tasks.slice(0, TILES).map((task) => tile(task, task.message === chosen, choose))}
      </div>
      ${
        tasks.length > TILES
          ? html`<p class="muted">And ${plural(tasks.length - TILES, "message")} more.</p>`
          : nothing
      }
    </section>
  `;
}

function tableOf(tasks: readonly Task[]): TemplateResult {
  return html`
      <table data-testid="outcomes">
        <thead>
          <tr>
            <th><span class="visually-hidden">The sender was</span></th>
            ${DONE_WORDS.map((times) => html`<th scope="col">${times}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${beliefTable(tasks).map(
            ({ belief, counts }) => html`<tr>
              <th scope="row">${SIGNS[belief]} ${BELIEF_WORDS[belief]}</th>
              ${counts.map(
                (found, times) =>
                  html`<td class=${found === 0 ? "" : rightness(belief, times)}>${found === 0 ? "–" : count(found)}</td>`,
              )}
            </tr>`,
          )}
        </tbody>
      </table>
  `;
}

function tile(task: Task, isChosen: boolean, choose: (message: number) => void): TemplateResult {
  const belief = beliefOf(task);
  const times = task.doneUs.length;
  const tries = task.triedUs.length > 1 ? `, sent ${task.triedUs.length} times` : "";
  const late = task.isOvertaken && times > 0 ? ", after one that was sent later" : "";
  const done = ["not done", "done once"][times] ?? `done ${times} times`;
  const label = `Message ${messageNumber(task.message)}: ${BELIEF_WORDS[belief]}, ${done}${late}${tries}`;
  return html`<button
    class="${rightness(belief, times)} ${isChosen ? "chosen" : ""}"
    aria-label=${label}
    title=${label}
    @click=${() => choose(task.message)}
  >
    ${SIGNS[belief]} ${times === 0 ? "–" : `${times}×`}${late === "" ? "" : " ↷"}<small>${messageNumber(task.message)}</small>
  </button>`;
}

function rightness(belief: Belief, times: number): string {
  const right = isRight(belief, times);
  return right === null ? "" : right ? "right" : "wrong";
}
