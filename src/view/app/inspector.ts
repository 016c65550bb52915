/** What was clicked on stage, or in a list: what it is now, its statecharts, what can be done to it. */
import { html, nothing, type TemplateResult } from "lit";
import { CAUSES } from "../../model/trace/causes.ts";
import { FRAME_LIST } from "../../model/trace/frames.ts";
import type { Selection } from "../../run/address.ts";
import type { Fault } from "../../scenario/schema.ts";
import { PageElement } from "../look/element.ts";
import { plural, seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import type { Loaded, Player } from "../player/player.ts";
import { type Act, actsOnLink, actsOnNode, linkName, lossyLink, slowLink } from "../run/acts.ts";
import { type Entity, entitiesAt, type Standing, standingAt } from "../run/changes-at.ts";
import { type KnownLink, knownLinks, linkAt, linksBetween } from "../run/link-states.ts";
import { linkText, meanLatencyUs, meanLoss } from "../run/link-words.ts";
import { describeState } from "../run/node-states.ts";
import { chartView } from "../stage/chart-view.ts";
import { CHARTS, type ChartPicture } from "../stage/charts.ts";
import type { AskTimers } from "../stage/timers-view.ts";
import { type ChosenView, cargoView } from "./cargo-view.ts";
import { followBench } from "./follow-bench.ts";
import { inspectorStyles } from "./inspector-styles.ts";
import { isVeiled } from "./reading.ts";
import type { Workbench } from "./workbench.ts";

/** A server may hold thousands of sessions: of a kind of statecharts, so many are shown, those that changed last. */
const MOST_ENTITIES = 3;
const LOG = 6;

export class FanoutInspector extends PageElement {
  static override properties = { bench: { attribute: false } };
  declare bench: Workbench;
  /** What was looked up in the trace, and for which node of which run. */
  #found: { readonly of: Loaded; readonly node: number; readonly entities: readonly Entity[] } | null = null;

  constructor() {
    super();
    followBench(this);
  }

  get player(): Player {
    return this.bench.player;
  }

  static override styles = inspectorStyles;

  override render() {
    const { loaded, selection } = this.player;
    if (!loaded || !selection || selection.kind === "request") return nothing;
    const { title, body } = this.#chosenView(loaded, selection.kind, selection.id);
    return html`<section data-testid="selection" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <button class="plain" aria-label="Clear the selection" title="Clear the selection (esc)" @click=${() => this.player.select(null)}>${icon("close")}</button>
      </header>
      ${body}
    </section>`;
  }

  #chosenView(loaded: Loaded, kind: Exclude<Selection["kind"], "request">, id: number): ChosenView {
    const { run, index } = loaded;
    switch (kind) {
      case "message":
      case "copy":
      case "packet":
        return cargoView(this.bench, loaded, kind, id);
      case "group":
        return { title: index.crowd?.cohorts[id]?.name ?? "A group", body: this.#crowdView(kind, id) };
      case "losses":
        return { title: `Lost: ${CAUSES[id]?.label ?? ""}`, body: this.#crowdView(kind, id) };
      case "node":
        return { title: run.nodes[id]!.name, body: this.#nodeView(loaded, id) };
      case "link": {
        const [link] = knownLinks(run, linksBetween(run.nodes).slice(id, id + 1), index.states.linkFaults);
        return { title: linkName(link!), body: this.#linkView(link!) };
      }
    }
  }

  #nodeView(loaded: Loaded, node: number): TemplateResult {
    const { run, index } = loaded;
    const { timeUs } = this.player;
    return html`<p>${describeState(run, index.states, node, timeUs)}</p>
      ${this.#actsView(actsOnNode(run, index.states, node, timeUs))}
      ${this.#timersView(node)}
      ${this.#chartsView(loaded, node)} ${this.#logView(loaded, node)}`;
  }

  /** What a count opens into comes when one is opened first. */
  #crowdView(kind: "group" | "losses", id: number): TemplateResult {
    if (customElements.get("fanout-crowd") !== undefined)
      return isVeiled(this.bench)
        ? html`<p>Answer the story’s question first: this would tell.</p>`
        : html`<fanout-crowd .player=${this.player} .kind=${kind} .number=${id}></fanout-crowd>`;
    void import("./crowd-view.ts").then(() => this.requestUpdate());
    return html`<p>Looking them up…</p>`;
  }

  /** The list of timers comes when a node is chosen first. */
  #timersView(node: number): TemplateResult | typeof nothing {
    if (customElements.get("fanout-timers") === undefined) {
      void import("../stage/timers-view.ts").then(() => this.requestUpdate());
      return nothing;
    }
    return html`<fanout-timers .player=${this.player} .node=${node} .ask=${this.#askTimers}></fanout-timers>`;
  }

  #askTimers: AskTimers = (...asked) => this.bench.askTimers(...asked);

  #actsView(acts: readonly Act[]): TemplateResult | typeof nothing {
    if (acts.length === 0 || isVeiled(this.bench)) return nothing;
    return html`<div class="acts" role="group" aria-label="Do, at ${seconds(this.player.timeUs)}">
      ${acts.map(({ label, fault }) => html`<button class="plain framed" @click=${() => this.#act(fault)}>${label}</button>`)}
      <span>at ${seconds(this.player.timeUs)}</span>
    </div>`;
  }

  /** Each kind of statechart at the node: those that changed last, in full. */
  #chartsView(loaded: Loaded, node: number): TemplateResult[] {
    const { run } = loaded;
    const { timeUs } = this.player;
    if (this.#found?.of !== loaded || this.#found.node !== node)
      this.#found = { of: loaded, node, entities: entitiesAt(run, node) };
    const standing = this.#found.entities.map((entity) => ({
      ...entity,
      ...standingAt(run, entity, timeUs),
    }));
    // The node's own statechart comes first, also while it is as it began.
    const own = CHARTS.findIndex(({ name }) => name === run.nodes[node]!.kind);
    if (own >= 0 && standing.every(({ machine }) => machine !== own))
      standing.push({ machine: own, entity: node, rows: [], ...asItBegan(CHARTS[own]!) });
    const others = standing.map(({ machine }) => machine).filter((machine) => machine !== own);
    const machines = [...(own >= 0 ? [own] : []), ...new Set(others)];
    return machines.map((machine) => {
      const all = standing.filter((one) => one.machine === machine);
      const shown = all.toSorted((a, b) => (b.sinceUs ?? -1) - (a.sinceUs ?? -1)).slice(0, MOST_ENTITIES);
      const chart = CHARTS[machine]!;
      return html`<details ?open=${machine === machines[0]}>
        <summary>${chart.name}: ${shown.map(({ state }) => chart.states[state]).join(", ")}${all.length > shown.length ? ` and ${all.length - shown.length} more` : ""}</summary>
        ${shown.map(
          ({ state, before, sinceUs, untilUs }) => html`<div class="standing">
            ${chartView(chart, state, before)}
            <p>
              ${sinceUs === null ? "Since the beginning." : `Since ${seconds(sinceUs)}.`}
              ${untilUs === null || isVeiled(this.bench) ? nothing : html`Changes in ${seconds(untilUs - timeUs)}.`}
            </p>
            <p>Next: ${nextWords(chart.arrows.filter(({ from }) => from === state).map(({ label, to }) => `${label} → ${chart.states[to]}`))}</p>
          </div>`,
        )}
      </details>`;
    });
  }

  /** What it sent and was sent last. */
  #logView({ run, index: { frames } }: Loaded, node: number): TemplateResult | typeof nothing {
    const { timeUs } = this.player;
    const lines: TemplateResult[] = [];
    for (let i = frames.length - 1; i >= 0 && lines.length < LOG; i--) {
      const isFrom = frames.from[i] === node;
      if (!isFrom && (frames.to[i] !== node || frames.dropped[i] === 1)) continue;
      const us = isFrom ? frames.startUs[i]! : frames.endUs[i]!;
      if (us > timeUs) continue;
      const other = run.nodes[(isFrom ? frames.to[i] : frames.from[i])!]?.name;
      const choose = () => this.player.select({ kind: "packet", id: frames.record[i]! });
      lines.push(html`<li>
        <span class="number">${seconds(us)}</span>
        <button class="link" @click=${choose}>${FRAME_LIST[frames.kind[i]!]!.label} ${isFrom ? "to" : "from"} ${other}</button>
      </li>`);
    }
    return lines.length === 0
      ? nothing
      : html`<details>
          <summary>Log: the last ${plural(lines.length, "packet")}</summary>
          <ul>${lines}</ul>
        </details>`;
  }

  #linkView(link: KnownLink): TemplateResult {
    const { timeUs } = this.player;
    const state = linkAt(link, timeUs);
    const latencyMs = meanLatencyUs(state.latency) / 1000;
    const loss = 100 * meanLoss(state.loss);
    return html`<p>${state.isCut ? "Cut: no packet gets through." : linkText(state)}</p>
      ${this.#actsView(actsOnLink(link, timeUs))}
      ${
        isVeiled(this.bench)
          ? nothing
          : html`<div class="acts">
              <label>Latency (ms)
                <input type="number" min="0" max="10000" .value=${String(latencyMs)} @change=${(e: Event) => this.#number(e, 10_000, (ms) => slowLink(link, timeUs, ms))} />
              </label>
              <label>Loss (%)
                <input type="number" min="0" max="100" .value=${String(loss)} @change=${(e: Event) => this.#number(e, 100, (percent) => lossyLink(link, timeUs, percent / 100))} />
              </label>
              <span>from ${seconds(timeUs)}</span>
            </div>`
      }`;
  }

  #number(event: Event, most: number, faultOf: (value: number) => Fault): void {
    const { valueAsNumber: value } = event.target as HTMLInputElement;
    if (value >= 0 && value <= most) this.#act(faultOf(value));
    else this.requestUpdate();
  }

  #act(fault: Fault): void {
    this.bench.act(fault);
  }
}
customElements.define("fanout-inspector", FanoutInspector);

/** The standing of a statechart that has not changed and will not. */
function asItBegan({ initial }: ChartPicture): Standing {
  return { state: initial, before: -1, sinceUs: null, untilUs: null };
}

function nextWords(arrows: readonly string[]): string {
  return arrows.length === 0 ? "nothing more" : [...new Set(arrows)].join("; ");
}
