/** The layout of the page: one screen without scrolling; on narrow or low ones the stage stays, and the rest goes by below. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const appStyles = [
  shared,
  css`
    :host {
      color: var(--text);
      display: grid;
      grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
      height: 100dvh;
    }
    .skip {
      position: absolute;
      left: -100vw;
      z-index: 20;
      padding: 0.6rem 1rem;
      background: var(--surface);
      color: var(--ink);
    }
    .skip:focus {
      left: 0.5rem;
      top: 0.5rem;
    }
    .top {
      display: flex;
      align-items: center;
      gap: 0.5rem;
      padding: 0.3rem 0.75rem;
      border-bottom: 1px solid var(--line);
    }
    .brand {
      display: inline-flex;
      align-items: center;
      gap: 0.5rem;
      min-height: 2.25rem;
      color: var(--ink);
      font-weight: 700;
      letter-spacing: -0.01em;
      text-decoration: none;
      white-space: nowrap;
    }
    .brand svg {
      width: 1.5rem;
      height: 1.5rem;
      color: var(--accent);
    }
    .tools {
      display: flex;
      gap: 0.15rem;
      margin-left: auto;
    }
    main {
      position: relative;
      display: flex;
      min-height: 0;
    }
    .course {
      flex: none;
      width: 15.5rem;
      overflow-y: auto;
      border-right: 1px solid var(--line);
    }
    .scene {
      flex: 1;
      display: flex;
      flex-direction: column;
      min-width: 0;
      /* Whole pixels, as the panel's width: else the frames of stage and legend end on different ones. */
      padding: 0.5rem 14px 0.6rem;
    }
    .title {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 1rem;
      min-height: 2.4rem;
      padding-bottom: 0.3rem;
    }
    .from {
      flex-basis: 100%;
      justify-content: start;
      margin-left: -0.6rem;
      overflow: hidden;
    }
    h1 {
      font-size: 1.1875rem;
      line-height: 1.3;
      font-weight: 700;
      letter-spacing: -0.012em;
      color: var(--ink);
    }
    h1:focus {
      outline: none;
    }
    .shown {
      display: flex;
      align-items: baseline;
      gap: 0.25rem;
      font-size: 0.9063rem;
      color: var(--muted);
    }
    .shown button {
      height: 1.75rem;
      flex: none;
    }
    .view {
      position: relative;
      flex: 1;
      display: flex;
      flex-direction: column;
      min-height: 0;
    }
    fanout-stage {
      flex: 1;
    }
    fanout-transport,
    fanout-presence,
    fanout-timeline {
      border: 1px solid var(--line);
      border-top: 0;
      background: var(--surface);
    }
    /* As high as each is at least, before it is drawn: nothing moves when it comes. */
    fanout-caption {
      min-height: 4.9rem;
    }
    fanout-transport {
      min-height: calc(3.4rem + 1px);
    }
    fanout-timeline {
      flex: none;
      min-height: calc(2.15rem + 120px);
      border-radius: 0 0 var(--radius) var(--radius);
    }
    fanout-presence {
      display: block;
      flex: none;
    }
    /* Where a low screen has no room for all, as with who is online or below a banner: the stage stays, and the rest goes by below it. */
    @media (min-width: 1024px) and (min-height: 600px) {
      .scene {
        overflow: hidden auto;
      }
      .view {
        position: sticky;
        top: -0.5rem;
        z-index: 1;
        min-height: min-content;
        background: var(--paper);
      }
      fanout-stage {
        min-height: min-content;
      }
    }
    @media (min-width: 1024px) and (max-height: 799px) {
      fanout-caption {
        min-height: 3.5rem;
      }
    }
    /* Only runs that take long enough to be waited for say so. */
    .busy {
      position: absolute;
      top: 0.7rem;
      right: 0.9rem;
      padding: 0.2rem 0.7rem;
      border-radius: 999px;
      background: var(--ink);
      color: var(--paper);
      forced-color-adjust: none;
      font-size: 0.8125rem;
      animation: appear 1ms 400ms both;
    }
    .busy button {
      border: 0;
      background: none;
      min-height: 1.5rem;
      text-decoration: underline;
    }
    @keyframes appear {
      from {
        visibility: hidden;
      }
    }
    aside {
      flex: none;
      display: flex;
      flex-direction: column;
      width: round(clamp(20.5rem, 27vw, 29rem), 1px);
      border-left: 1px solid var(--line);
    }
    fanout-panel {
      flex: 1;
    }
    /* Room for what identifies a run, before there is one: nothing above it moves when it comes. */
    footer {
      min-height: calc(2rem + 1px);
    }
    .drop {
      position: fixed;
      inset: 1rem;
      display: grid;
      place-items: center;
      border: 3px dashed var(--accent);
      border-radius: 16px;
      background: color-mix(in srgb, var(--paper) 88%, transparent);
      font-size: 1.5rem;
      color: var(--ink);
      pointer-events: none;
      z-index: 10;
    }
    /* The course lies over the stage where it has no room beside it. */
    @media (max-width: 1279px) {
      .course {
        position: absolute;
        inset: 0 auto 0 0;
        z-index: 6;
        width: min(20rem, 85vw);
        background: var(--paper);
        box-shadow: var(--shadow);
      }
    }
    @media (max-width: 1023px), (max-height: 599px) {
      :host {
        display: block;
        height: auto;
      }
      main {
        flex-direction: column;
      }
      fanout-presence {
        border-inline: 0;
      }
      fanout-timeline {
        order: 1;
        border-radius: 0;
        border-inline: 0;
      }
      .course {
        position: fixed;
        inset: 0 auto 0 0;
      }
      /* The stage stays in view: what is told below it happens there. */
      .scene {
        padding: 0;
        display: contents;
      }
      .title {
        padding: 0.5rem 1rem 0.3rem;
      }
      .view {
        position: sticky;
        top: 0;
        z-index: 3;
        background: var(--paper);
      }
      fanout-stage {
        flex: none;
        height: clamp(17rem, 36vh, 26rem);
      }
      aside {
        display: block;
        width: auto;
        /* What comes below it does not jump with the tabs, nor when the first is filled. */
        min-height: 50dvh;
        border: 0;
      }
      .wide {
        display: none;
      }
      fanout-banner {
        position: sticky;
        top: 0;
        z-index: 5;
      }
    }
    /* Where hardly more than the stage would be left, it goes by with the rest. */
    @media (max-height: 519px) {
      .view {
        position: static;
      }
    }
    @media (max-width: 350px) {
      .brand span {
        display: none;
      }
    }
  `,
];
