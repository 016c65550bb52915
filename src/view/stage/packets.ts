/**
 * The moving things on the stage: packets in flight, copies that fall, flashes of delivery. Drawn on a
 * canvas over the topology, as a pure function of (run, simulated time); nothing is allocated per frame.
 */
import { FRAME_LIST, FrameKind } from "../../model/trace/frames.ts";
import type { Selection } from "../../run/address.ts";
import type { Palette } from "../look/theme.ts";
import type { Followed } from "../player/followed.ts";
import type { Loaded } from "../player/player.ts";
import { framesAt, lowerBound, upperBound } from "../run/frames.ts";
import type { Mark } from "../run/marks.ts";
import { toPlay, toSim } from "../run/warp.ts";
import type { Camera } from "./camera.ts";
import { drawFlows, fewOf } from "./flow-layer.ts";
import { drawFollowed } from "./followed-mark.ts";
import { LabelRoom, type TextBox } from "./labels.ts";
import { marksOnStage } from "./marks-on-stage.ts";
import { locate, outline, SHAPES, Shape, shapeOf, spot } from "./packet-place.ts";
import { pileX, pileY, type StageLayout } from "./stage-layout.ts";

const MAX_DRAWN = 4096;
/** With more in the air than this, packets are dots without words. */
const FEW = 40;
/** Side of the pictures of packets, in CSS pixels. */
const SPRITE = 14;
/** A packet is meant by a click that is as near as this, in CSS pixels. */
const GRASP = 14;
const FLASH_S = 0.8;
const FALL_S = 0.7;
const MAX_PILE = 6;

/** By shape. */
function coloursOf({ message, http, heartbeat, control }: Palette): string[] {
  return [message, http, heartbeat, control];
}

/** What of it is marked, and which part of it is shown. */
interface Shown {
  readonly selection: Selection | null;
  readonly followed: Followed | null;
  readonly camera: Camera;
}

export class PacketLayer {
  #context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  #canvas: HTMLCanvasElement;
  #loaded: Loaded | null = null;
  #layout: StageLayout | null = null;
  /** The scene's: to read it has the browser work out all styles, which can wait until there is one. */
  #palette!: Palette;
  #inFlight = new Int32Array(MAX_DRAWN);
  #radius = 9;
  #room = new LabelRoom();
  #readTexts: () => readonly TextBox[];
  #textsMoved = true;
  /** For each kind of frame and each node, half the width of its label; 0 until it was measured. */
  #wordHalf = new Float64Array(FRAME_LIST.length);
  #letterHalf = new Float64Array(0);
  #names: string[] = [];
  #marks: readonly Mark[] = [];
  #sprites: ImageBitmap[] = [];
  /** For each node, the number of the draw in which it flashed last. */
  #flashed = new Int32Array(0);
  #stamp = 0;
  /** For each cell of two by two pixels, the draw and the shape that it was filled in last. */
  #cells = new Float64Array(0);
  #colours: string[] = [];
  #ratio = 1;

  /** `readTexts` says what is written on the stage: it is asked only where packets are few enough for words of their own. */
  constructor(canvas: HTMLCanvasElement, readTexts: () => readonly TextBox[]) {
    this.#canvas = canvas;
    this.#readTexts = readTexts;
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#colours = coloursOf(palette);
    if (this.#loaded) this.#drawSprites();
  }

  /** Pictures of each shape, for when there are many. */
  #drawSprites(): void {
    const ratio = this.#ratio;
    const screen = this.#context;
    const picture = (size: number, draw: () => void) => {
      const canvas = new OffscreenCanvas(Math.ceil(size * ratio), Math.ceil(size * ratio));
      this.#context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
      this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw();
      return canvas.transferToImageBitmap();
    };
    const r = this.#radius;
    this.#sprites = this.#colours.map((colour, shape) =>
      picture(SPRITE, () => {
        this.#context.fillStyle = colour;
        this.#context.beginPath();
        outline(
          this.#context,
          shape,
          SPRITE / 2,
          SPRITE / 2,
          Math.min(shape === Shape.message ? r : r * 0.9, SPRITE / 2),
        );
        this.#context.fill();
      }),
    );
    this.#context = screen;
  }

  /** A new run, or a new size. */
  setScene(loaded: Loaded, layout: StageLayout, ratio: number, palette: Palette): void {
    this.#palette = palette;
    this.#colours = coloursOf(palette);
    this.#loaded = loaded;
    this.#marks = marksOnStage(loaded, layout);
    this.#layout = layout;
    this.#ratio = ratio;
    this.#canvas.width = Math.round(layout.width * ratio);
    this.#canvas.height = Math.round(layout.height * ratio);
    const clients = loaded.run.nodes.filter((n) => n.kind === "client").length;
    this.#radius = clients <= 12 ? (layout.tall ? 8 : 9) : 6;
    this.#flashed = new Int32Array(loaded.run.nodes.length);
    this.#cells = new Float64Array(((layout.width >> 1) + 1) * ((layout.height >> 1) + 1));
    this.#stamp = 0;
    this.#drawSprites();
    this.#names = loaded.run.nodes.map((n) => (n.name.length <= 2 ? n.name : ""));
    this.#letterHalf = new Float64Array(this.#names.length);
  }

  /** What is written on the stage has changed. */
  moveTexts(): void {
    this.#textsMoved = true;
  }

  /** Draws one instant. Returns how many packets are in flight. */
  draw(timeUs: number, { selection, followed, camera }: Shown): number {
    const c = this.#context;
    const layout = this.#layout;
    c.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    if (!layout) return 0;
    c.clearRect(0, 0, layout.width, layout.height);
    if (!this.#loaded) return 0;
    const scale = this.#ratio * camera.scale;
    c.setTransform(scale, 0, 0, scale, -camera.x * scale, -camera.y * scale);
    if (followed !== null)
      drawFollowed(c, followed, this.#loaded, layout, timeUs, {
        palette: this.#palette,
        radius: this.#radius,
      });
    this.#stamp++;
    this.#drawPiles(timeUs, layout);
    if (this.#loaded.index.crowd === null) this.#drawFlashes(timeUs, layout);
    else this.#drawArrivals(this.#loaded, timeUs, layout);
    // What is followed has its own ring.
    const marked = followed === null ? selection : null;
    if (this.#loaded.index.crowd === null) return this.#drawFrames(timeUs, layout, marked);
    return this.#drawCrowd(this.#loaded, timeUs, layout, marked, followed?.placeAt(timeUs)?.frame ?? -1);
  }

  /** The packet nearest to a point at an instant, as the place of its frame; −1 if none is near. */
  packetAt(x: number, y: number, timeUs: number): number {
    const layout = this.#layout;
    if (!layout || !this.#loaded) return -1;
    const { frames, crowd } = this.#loaded.index;
    const n =
      crowd === null
        ? framesAt(frames, timeUs, this.#inFlight)
        : fewOf(this.#loaded, timeUs, this.#inFlight).few;
    let nearest = -1;
    let least = GRASP;
    for (let k = 0; k < n; k++) {
      locate(frames, this.#inFlight[k], timeUs, layout);
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance > least) continue;
      least = distance;
      nearest = this.#inFlight[k];
    }
    return nearest;
  }

  /** Packets, dropped packets, and, where there are few, words. Returns how many are in flight. */
  #drawFrames(timeUs: number, layout: StageLayout, selection: Selection | null): number {
    const n = framesAt((this.#loaded as Loaded).index.frames, timeUs, this.#inFlight);
    const isFew = n <= FEW;
    if (isFew) this.#drawShapes(n, timeUs, layout);
    else this.#drawPictures(n, timeUs, layout);
    this.#drawDropped(n, timeUs, layout);
    this.#ringSelected(n, timeUs, layout, selection);
    if (isFew && n > 0) this.#drawWords(n, timeUs, layout);
    return n;
  }

  /** Flows; packets one by one where they are few, and the one that is followed. Returns how many are under way. */
  #drawCrowd(
    loaded: Loaded,
    timeUs: number,
    layout: StageLayout,
    selection: Selection | null,
    followed: number,
  ): number {
    this.#readRoom();
    const { few, all } = fewOf(loaded, timeUs, this.#inFlight);
    let n = few;
    if (followed >= 0 && !this.#inFlight.subarray(0, few).includes(followed)) this.#inFlight[n++] = followed;
    drawFlows(this.#context as CanvasRenderingContext2D, loaded, layout, timeUs, {
      palette: this.#palette,
      room: this.#room,
    });
    this.#drawShapes(n, timeUs, layout);
    this.#drawDropped(n, timeUs, layout);
    this.#ringSelected(n, timeUs, layout, selection);
    return all;
  }

  /** Begins to place labels, beside what is written on the stage. */
  #readRoom(): void {
    if (this.#textsMoved) {
      this.#textsMoved = false;
      this.#room.reserve(this.#readTexts());
    }
    this.#room.clear();
  }

  /** Many packets: copies of small pictures, which costs far less than that many paths. */
  #drawPictures(n: number, timeUs: number, layout: StageLayout): void {
    const { frames } = (this.#loaded as Loaded).index;
    const half = SPRITE / 2;
    const columns = (layout.width >> 1) + 1;
    for (let k = 0; k < n; k++) {
      const i = this.#inFlight[k];
      if (frames.dropped[i] === 1) continue;
      locate(frames, i, timeUs, layout);
      const shape = shapeOf(frames.kind[i]);
      // Copies that travel together look like one: each cell of two by two pixels gets one of a shape.
      const cell = (spot.y >> 1) * columns + (spot.x >> 1);
      const mark = this.#stamp * SHAPES + shape;
      if (this.#cells[cell] === mark) continue;
      this.#cells[cell] = mark;
      this.#context.drawImage(this.#sprites[shape], spot.x - half, spot.y - half, SPRITE, SPRITE);
    }
  }

  /** Few packets: a path for all of one shape. */
  #drawShapes(n: number, timeUs: number, layout: StageLayout): void {
    const { frames } = (this.#loaded as Loaded).index;
    const c = this.#context;
    const r = this.#radius;
    for (let shape = 0; shape < SHAPES; shape++) {
      c.fillStyle = this.#colours[shape];
      c.beginPath();
      let some = false;
      for (let k = 0; k < n; k++) {
        const i = this.#inFlight[k];
        if (shapeOf(frames.kind[i]) !== shape || frames.dropped[i] === 1) continue;
        some = true;
        locate(frames, i, timeUs, layout);
        outline(c, shape, spot.x, spot.y, shape === Shape.message ? r : r * 0.8);
      }
      if (some) c.fill();
    }
  }

  /** Dropped packets: hollow, fading, and crossed out where they vanish. */
  #drawDropped(n: number, timeUs: number, layout: StageLayout): void {
    const { frames } = (this.#loaded as Loaded).index;
    const c = this.#context;
    const r = this.#radius;
    for (let k = 0; k < n; k++) {
      const i = this.#inFlight[k];
      if (frames.dropped[i] === 0) continue;
      const left = (frames.endUs[i] - timeUs) / (frames.endUs[i] - frames.startUs[i]);
      locate(frames, i, timeUs, layout);
      c.globalAlpha = Math.max(0.25, left);
      c.strokeStyle = this.#palette.bad;
      c.lineWidth = 1.75;
      c.beginPath();
      outline(c, shapeOf(frames.kind[i]), spot.x, spot.y, r * 0.8);
      c.moveTo(spot.x - r, spot.y - r);
      c.lineTo(spot.x + r, spot.y + r);
      c.stroke();
      c.globalAlpha = 1;
    }
  }

  /** A ring around the selected packet, and around each of the selected message. */
  #ringSelected(n: number, timeUs: number, layout: StageLayout, selection: Selection | null): void {
    const { frames, ledger } = (this.#loaded as Loaded).index;
    const selected =
      selection?.kind === "message"
        ? selection.id
        : selection?.kind === "copy" && selection.id < ledger.copies
          ? ledger.message[selection.id]
          : -1;
    const record = selection?.kind === "packet" ? selection.id : -1;
    if (selected < 0 && record < 0) return;
    const c = this.#context;
    c.strokeStyle = this.#palette.ink;
    c.lineWidth = 2;
    for (let k = 0; k < n; k++) {
      const i = this.#inFlight[k];
      const isMeant = selected >= 0 ? frames.message[i] === selected : frames.record[i] === record;
      if (!isMeant) continue;
      locate(frames, i, timeUs, layout);
      c.beginPath();
      c.arc(spot.x, spot.y, this.#radius + 3, 0, 2 * Math.PI);
      c.stroke();
    }
  }

  /** The sender's letter in a packet of a message; beside all others, what they are. Only where there is room. */
  #drawWords(n: number, timeUs: number, layout: StageLayout): void {
    const { frames } = (this.#loaded as Loaded).index;
    const c = this.#context;
    const r = this.#radius;
    this.#readRoom();
    c.textAlign = "center";
    c.textBaseline = "middle";
    for (let k = 0; k < n; k++) {
      locate(frames, this.#inFlight[k], timeUs, layout);
      this.#room.block(spot.x, spot.y, r * 0.8, r * 0.8);
    }
    for (let k = 0; k < n; k++) {
      const i = this.#inFlight[k];
      locate(frames, i, timeUs, layout);
      if (frames.message[i] >= 0 && r >= 8) this.#drawLetter(frames.message[i]);
      else if (n <= 16 || r >= 8) this.#drawKind(frames.kind[i]);
    }
  }

  /** Writes the letter of a message's sender at (spot.x, spot.y). */
  #drawLetter(message: number): void {
    const { ledger } = (this.#loaded as Loaded).index;
    const c = this.#context;
    const sender = ledger.sender[message];
    const letter = this.#names[sender] ?? "";
    if (letter === "") return;
    c.fillStyle = this.#palette.surface;
    c.font = LETTER_FONT;
    this.#letterHalf[sender] ||= c.measureText(letter).width / 2;
    const y = this.#room.place(letter, spot.x, spot.y + 0.5, this.#letterHalf[sender], 0);
    if (!Number.isNaN(y)) c.fillText(letter, spot.x, y);
  }

  /** Writes what a frame is above or below (spot.x, spot.y). */
  #drawKind(kind: number): void {
    const c = this.#context;
    const word = FRAME_LIST[kind].short ?? "";
    if (word === "") return;
    c.fillStyle = kind === FrameKind.httpError ? this.#palette.bad : this.#palette.muted;
    c.font = WORD_FONT;
    this.#wordHalf[kind] ||= c.measureText(word).width / 2;
    const over = spot.y - this.#radius - 6;
    const under = spot.y + this.#radius + 8;
    const half = this.#wordHalf[kind];
    const y =
      shapeOf(kind) === Shape.http
        ? this.#room.place(word, spot.x, over, half, -1, under)
        : this.#room.place(word, spot.x, under, half, 1, over);
    if (!Number.isNaN(y)) c.fillText(word, spot.x, y);
  }

  #drawFlashes(timeUs: number, layout: StageLayout): void {
    const { warp, ledger } = (this.#loaded as Loaded).index;
    const now = toPlay(warp, timeUs);
    const first = lowerBound(ledger.deliveredUs, toSim(warp, now - FLASH_S));
    const end = upperBound(ledger.deliveredUs, timeUs);
    if (first >= end) return;
    const c = this.#context;
    c.strokeStyle = this.#palette.good;
    c.lineWidth = 3;
    const stamp = this.#stamp;
    // Backwards: only the latest delivery at a node flashes.
    for (let i = end - 1; i >= Math.max(first, end - MAX_DRAWN); i--) {
      const node = ledger.deliveredNode[i];
      if (this.#flashed[node] === stamp) continue;
      this.#flashed[node] = stamp;
      const age = (now - toPlay(warp, ledger.deliveredUs[i])) / FLASH_S;
      if (age < 0 || age >= 1) continue;
      c.globalAlpha = 1 - age;
      c.beginPath();
      c.arc(
        layout.x[node],
        layout.y[node],
        layout.halfWidth[node] + 2 + age * this.#radius * 1.6,
        0,
        2 * Math.PI,
      );
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  /** A cohort's box shines while its members get copies. */
  #drawArrivals({ index: { warp, crowd } }: Loaded, timeUs: number, layout: StageLayout): void {
    const c = this.#context;
    const now = toPlay(warp, timeUs);
    c.strokeStyle = this.#palette.good;
    c.lineWidth = 3;
    for (const { members, receivedUs } of crowd!.cohorts) {
      const last = upperBound(receivedUs, timeUs) - 1;
      const age = last < 0 ? 1 : (now - toPlay(warp, receivedUs[last])) / FLASH_S;
      if (age >= 1) continue;
      const [node] = members;
      const [w, h] = [layout.halfWidth[node] + 3, layout.halfHeight[node] + 3];
      c.globalAlpha = 1 - age;
      c.beginPath();
      c.roundRect(layout.x[node] - w, layout.y[node] - h, 2 * w, 2 * h, 7);
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  #drawPiles(timeUs: number, layout: StageLayout): void {
    const { warp } = (this.#loaded as Loaded).index;
    const c = this.#context;
    const now = toPlay(warp, timeUs);
    const since = toSim(warp, now - FALL_S);
    const base = Math.min(this.#radius, 7);
    c.strokeStyle = this.#palette.bad;
    c.fillStyle = this.#palette.surface;
    c.lineWidth = 1.75;
    for (let g = 0; g < this.#marks.length; g++) {
      const mark = this.#marks[g];
      const n = upperBound(mark.timesUs, timeUs);
      if (n === 0 || mark.place < 0) continue;
      const x = pileX(layout, mark.place);
      const bottom = pileY(layout, mark.place);
      const beside = x !== layout.x[mark.place];
      const edge = beside ? bottom : layout.y[mark.place] + layout.halfHeight[mark.place] + 6;
      const settled = upperBound(mark.timesUs, since);
      for (let k = Math.max(0, n - MAX_PILE); k < n; k++) {
        const targetX = x + (beside ? 0 : ((k % MAX_PILE) - (Math.min(n, MAX_PILE) - 1) / 2) * (base * 1.7));
        let y = bottom;
        let atX = targetX;
        let r = base;
        if (k >= settled) {
          // It falls out of the node, large at first.
          const age = Math.min(1, Math.max(0, (now - toPlay(warp, mark.timesUs[k])) / FALL_S));
          y = edge + (bottom - edge) * age * age;
          atX = x + (targetX - x) * age;
          r = base * (1 + 0.9 * (1 - age));
          // Away from the names above it.
          if (beside) y += r - base;
        }
        c.beginPath();
        if (mark.kind === "copy") c.arc(atX, y, r, 0, 2 * Math.PI);
        else c.rect(atX - r, y - r * 0.85, 2 * r, 1.7 * r);
        c.fill();
        c.moveTo(atX - r * 0.45, y - r * 0.45);
        c.lineTo(atX + r * 0.45, y + r * 0.45);
        c.moveTo(atX + r * 0.45, y - r * 0.45);
        c.lineTo(atX - r * 0.45, y + r * 0.45);
        c.stroke();
      }
    }
  }
}

const LETTER_FONT = "650 11px system-ui, 'Liberation Sans', Arial, sans-serif";
const WORD_FONT = "500 11px system-ui, 'Liberation Sans', Arial, sans-serif";
