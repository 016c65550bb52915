/** The stage: topology below, packets above, a legend beneath. */
import "./legend.ts";
import { html } from "lit";
import type { Selection } from "../../run/address.ts";
import { PageElement } from "../look/element.ts";
import { count } from "../look/format.ts";
import { onTheme, readPalette, reducedMotion } from "../look/theme.ts";
import { inTurn } from "../look/turns.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import { type Camera, cameraAt, WHOLE } from "./camera.ts";
import { PacketLayer } from "./packets.ts";
import { layoutStage, type StageLayout } from "./stage-layout.ts";
import { stageStyles } from "./stage-styles.ts";
import { Topology } from "./topology.ts";

export class FanoutStage extends PageElement {
  static override properties = { player: { attribute: false }, look: { attribute: false } };
  declare player: Player;
  /** Names of the nodes that a lesson's step points at. */
  declare look: readonly string[];

  #topology: Topology | null = null;
  #packets: PacketLayer | null = null;
  #layout: StageLayout | null = null;
  /** The frame's, when the scene was set. */
  #width = 0;
  #height = 0;
  #resize: ResizeObserver | null = null;
  #leave: (() => void)[] = [];
  #shown: unknown = null;
  /** What moves is that of this run. */
  #filled: Loaded | null = null;
  #changes = -1;
  #deliveries = -1;
  #losses = -1;
  #selected: Selection | null = null;
  #camera: Camera = WHOLE;

  constructor() {
    super();
    this.look = [];
  }

  static override styles = stageStyles;

  override render() {
    const run = this.player.loaded?.run;
    const clients = run?.nodes.filter((n) => n.kind === "client").length ?? 0;
    return html`
      <div class="frame" data-testid="stage">
        <svg class="topology" role="group" aria-label=${this.#describe()}></svg>
        <canvas aria-hidden="true"></canvas>
        ${this.player.loaded?.index.crowd ? html`<div class="crowd">${count(clients)} clients</div>` : ""}
      </div>
      <fanout-legend .loaded=${this.player.loaded}></fanout-legend>
    `;
  }

  #describe(): string {
    const nodes = this.player.loaded?.run.nodes ?? [];
    const n = (kind: string) => nodes.filter((x) => x.kind === kind).length;
    const balancers = n("balancer") > 1 ? `${n("balancer")} balancers in a row, ` : "a balancer, ";
    return `Topology: ${n("client")} clients, ${n("balancer") ? balancers : ""}${n("server")} servers, ${n("backplane") ? "a backplane" : "no backplane"}. What happens is told in the caption below.`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave.push(
      onTheme(() => {
        this.#packets?.setPalette(readPalette());
        this.#redraw();
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.#leave.splice(0)) leave();
    this.#resize?.disconnect();
  }

  override updated(): void {
    if (this.#shown !== this.player.loaded) this.#setScene();
    else if (this.#layout) this.#topology?.pointAt(this.look);
  }

  override firstUpdated(): void {
    const frame = this.renderRoot.querySelector(".frame") as HTMLElement;
    this.#topology = new Topology(
      this.renderRoot.querySelector("svg.topology") as SVGSVGElement,
      (chosen) => {
        const { selection } = this.player;
        if (chosen === null) return void this.dispatchEvent(new CustomEvent("show-requests"));
        const isSame = selection?.kind === chosen.kind && selection.id === chosen.id;
        this.player.select(isSame ? null : chosen);
      },
    );
    this.renderRoot
      .querySelector("svg.topology")!
      .addEventListener("click", (event) => this.#selectPacket(event as MouseEvent), { capture: true });
    this.#packets = new PacketLayer(this.renderRoot.querySelector("canvas") as HTMLCanvasElement, () =>
      this.#topology && this.#layout ? this.#topology.textBoxes(this.#layout) : [],
    );
    this.#resize = new ResizeObserver(() => {
      if (frame.clientWidth !== this.#width || frame.clientHeight !== this.#height) this.#setScene();
    });
    this.#resize.observe(frame);
    this.#leave.push(
      this.player.on("change", () => {
        if (this.#shown !== this.player.loaded) this.requestUpdate();
      }),
      this.player.on("frame", () => this.#redraw()),
    );
  }

  /** A click on a packet is for it, whatever lies under it. */
  #selectPacket(event: MouseEvent): void {
    const { loaded, timeUs } = this.player;
    if (!loaded || !this.#packets || !this.#layout) return;
    const { left, top, width } = (event.currentTarget as Element).getBoundingClientRect();
    const { scale, x, y } = this.#camera;
    const perPixel = this.#layout.width / width / scale;
    const frame = this.#packets.packetAt(
      x + (event.clientX - left) * perPixel,
      y + (event.clientY - top) * perPixel,
      timeUs,
    );
    if (frame < 0) return;
    event.stopPropagation();
    this.player.select({ kind: "packet", id: loaded.index.frames.record[frame]! });
  }

  #setScene(): void {
    const frame = this.renderRoot.querySelector(".frame") as HTMLElement;
    const { clientWidth, clientHeight } = frame;
    const { loaded } = this.player;
    if (!loaded || clientWidth === 0 || !this.#topology || !this.#packets) return;
    this.#shown = loaded;
    this.#width = clientWidth;
    this.#height = clientHeight;
    this.#layout = layoutStage(loaded.run.nodes, clientWidth, clientHeight, loaded.index.crowd);
    this.#topology.setScene(loaded, this.#layout);
    this.#topology.pointAt(this.look);
    const layout = this.#layout;
    // Of another size, all of it changes at once; a run that is new comes in turns.
    if (this.#filled === loaded) this.#fill(loaded, layout);
    else
      inTurn(() => {
        if (layout === this.#layout) this.#fill(loaded, layout);
      });
  }

  /** What moves, and what changes, on a stage that is set. */
  #fill(loaded: Loaded, layout: StageLayout): void {
    this.#filled = loaded;
    this.#packets?.setScene(loaded, layout, Math.min(devicePixelRatio || 1, 2), readPalette());
    this.#changes = -1;
    this.#losses = -1;
    this.#redraw();
  }

  #redraw(): void {
    const { loaded, timeUs, selection, followed } = this.player;
    if (!this.#layout || !this.#topology || !this.#packets || loaded !== this.#shown) return;
    if (loaded) {
      const { states, ledger, requests, held, crowd } = loaded.index;
      // The SVG is a function of these positions in the trace: it is touched only when one of them moved.
      const changes = upperBound(states.changesUs, timeUs) + upperBound(held.changesUs, timeUs);
      const deliveries = upperBound(ledger.deliveredUs, timeUs);
      const losses = upperBound(ledger.lostUs, timeUs) + upperBound(requests.refusedUs, timeUs);
      const isNews = deliveries !== this.#deliveries || losses !== this.#losses;
      if (crowd !== null && isNews) {
        this.#deliveries = deliveries;
        this.#topology.updateCohorts(this.#layout, timeUs, selection);
      }
      if (changes !== this.#changes || deliveries !== this.#deliveries || selection !== this.#selected) {
        this.#changes = changes;
        this.#deliveries = deliveries;
        this.#selected = selection;
        this.#topology.updateNodes(loaded, this.#layout, timeUs, selection);
        this.#packets.moveTexts();
      }
      if (losses !== this.#losses) {
        this.#losses = losses;
        this.#topology.updateLosses(loaded, this.#layout, timeUs);
      }
    }
    this.#camera = loaded && !reducedMotion() ? cameraAt(followed, loaded, this.#layout, timeUs) : WHOLE;
    this.#topology.show(this.#camera, this.#layout);
    const n = this.#packets.draw(timeUs, { selection, followed, camera: this.#camera });
    const frame = this.renderRoot.querySelector(".frame") as HTMLElement;
    const text = String(n);
    if (frame.dataset.inFlight !== text) frame.dataset.inFlight = text;
    frame.classList.toggle("near", this.#camera !== WHOLE);
  }
}
customElements.define("fanout-stage", FanoutStage);
