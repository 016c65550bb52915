/** The look of the timeline. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const timelineStyles = [
  shared,
  css`
    fanout-overview:not(:defined) {
      display: block;
      height: 47px;
    }
    .missing {
      padding: 0.3rem 0.9rem;
      font-size: 0.8125rem;
    }
    .bar {
      display: flex;
      align-items: center;
      gap: 0.25rem;
      justify-content: flex-end;
      padding: 0 0.4rem 0.15rem 0.9rem;
    }
    .cut {
      margin-right: auto;
      font-size: 0.8125rem;
      font-weight: 600;
      color: var(--bad);
    }
    .bar label {
      display: inline-flex;
      align-items: center;
      gap: 0.4rem;
      font-size: 0.8125rem;
      color: var(--muted);
      margin-right: 0.4rem;
      cursor: pointer;
    }
    .bar button.plain {
      min-width: 2rem;
      height: 2rem;
      padding: 0 0.4rem;
    }
    input[type="checkbox"] {
      accent-color: var(--accent);
      margin: 0;
    }
    .plot {
      position: relative;
      overflow: hidden;
      cursor: crosshair;
      touch-action: pan-y;
      user-select: none;
    }
    .plot:focus-visible {
      outline-offset: -2px;
    }
    canvas {
      display: block;
      width: 100%;
      /* As low as any, until there is a run: the stage above it need not be laid out for less room first. */
      height: 120px;
      will-change: transform;
    }
    .playhead {
      position: absolute;
      top: 0;
      bottom: 0;
      left: 0;
      width: 0;
      border-left: 2px solid var(--ink);
      will-change: transform;
      pointer-events: none;
    }
    /* What comes is not to be seen yet: a question asks for it. */
    :host([veiled]) .playhead::after {
      content: "";
      position: absolute;
      top: 19px;
      bottom: 0;
      left: 0;
      width: 400vw;
      background: var(--surface);
    }
    /* What is in view is elsewhere. */
    .playhead.out {
      border-color: transparent;
    }
    .playhead.out::before {
      visibility: hidden;
    }
    :host([veiled]) fanout-overview {
      visibility: hidden;
    }
    .playhead::before {
      content: "";
      position: absolute;
      top: 0;
      left: -7px;
      border: 6px solid transparent;
      border-top: 8px solid var(--ink);
      border-bottom: 0;
    }
  `,
];
