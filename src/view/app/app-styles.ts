/** The layout of the page. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const appStyles = [
  shared,
  css`
    :host {
      color: var(--text);
    }
    .top {
      display: flex;
      align-items: center;
      justify-content: space-between;
      max-width: 90rem;
      margin: 0 auto;
      padding: 0.6rem 1.5rem;
    }
    .brand {
      display: inline-flex;
      align-items: center;
      gap: 0.55rem;
      color: var(--ink);
      font-weight: 700;
      letter-spacing: -0.01em;
      text-decoration: none;
      white-space: nowrap;
    }
    .brand svg {
      width: 1.6rem;
      height: 1.6rem;
      color: var(--accent);
    }
    nav {
      display: flex;
      gap: 0.15rem;
    }
    main,
    footer,
    .banner {
      max-width: 90rem;
      margin: 0 auto;
      padding: 0 1.5rem;
    }
    .intro {
      padding: 0.1rem 0 0.9rem;
      max-width: 70rem;
    }
    h1 {
      font-size: 1.6rem;
      line-height: 1.2;
      font-weight: 700;
      letter-spacing: -0.018em;
      color: var(--ink);
      text-wrap: balance;
    }
    h1:focus {
      outline: none;
    }
    .from {
      margin: 0 0 0.3rem -0.6rem;
      max-width: 100%;
    }
    .lead {
      margin-top: 0.35rem;
      font-size: 1.0625rem;
      line-height: 1.5;
      text-wrap: pretty;
    }
    .claim {
      margin-top: 0.25rem;
      color: var(--muted);
    }
    .work {
      display: grid;
      grid-template:
        "scene aside" auto
        "rules aside" auto
        "below aside" 1fr / minmax(0, 1fr) clamp(19.5rem, 25vw, 24rem);
      gap: 2.25rem 2rem;
      align-items: start;
    }
    .scene {
      grid-area: scene;
      position: relative;
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
      font-size: 0.8125rem;
      animation: appear 1ms 400ms both;
    }
    @keyframes appear {
      from {
        visibility: hidden;
      }
    }
    fanout-stage {
      scroll-margin: 0.5rem;
    }
    aside {
      grid-area: aside;
    }
    .caption {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 1rem 1.5rem;
      min-height: 4.5rem;
      padding: 0.55rem 0.9rem;
      border: 1px solid var(--line);
      background: var(--surface);
      color: var(--ink);
      line-height: 1.45;
      font-size: 0.9688rem;
    }
    .caption p {
      max-width: 46rem;
    }
    .caption .at {
      color: var(--muted);
      margin-right: 0.4rem;
      font-size: 0.875rem;
    }
    .caption .sign {
      font-weight: 700;
    }
    .caption.bad .sign {
      color: var(--bad);
    }
    .caption.good .sign {
      color: var(--good);
    }
    wa-button {
      flex: none;
    }
    .desk {
      border: 1px solid var(--line);
      border-top: 0;
      border-radius: 0 0 var(--radius) var(--radius);
      background: var(--surface);
    }
    .desk fanout-timeline {
      border-top: 1px solid var(--line);
    }
    aside {
      display: grid;
      gap: 1.5rem;
    }
    aside h2,
    aside legend {
      font-size: 0.8125rem;
      font-weight: 650;
      color: var(--muted);
      margin-bottom: 0.5rem;
      padding: 0;
    }
    aside h2.row {
      display: flex;
      justify-content: space-between;
      align-items: center;
    }
    button.small {
      height: 1.6rem;
      font-size: 0.8125rem;
    }
    button.small svg {
      width: 0.9rem;
      height: 0.9rem;
    }
    .variants {
      border: 0;
      margin: 0;
      padding: 0;
    }
    .variants label {
      display: flex;
      gap: 0.6rem;
      align-items: baseline;
      padding: 0.5rem 0.7rem;
      border: 1px solid var(--line);
      background: var(--surface);
      margin-top: -1px;
      font-size: 0.9375rem;
      line-height: 1.35;
      cursor: pointer;
    }
    .variants label:first-of-type {
      border-radius: 8px 8px 0 0;
    }
    .variants label:last-of-type {
      border-radius: 0 0 8px 8px;
    }
    .variants label.on {
      background: var(--accent-soft);
      color: var(--ink);
      font-weight: 550;
    }
    .variants small {
      display: grid;
      margin-top: 0.2rem;
      font-size: 0.8438rem;
      font-weight: 400;
      line-height: 1.45;
      color: var(--text);
    }
    .variants small span {
      grid-area: 1 / 1;
    }
    /* Once a knob was turned, what is said of the variant may not hold any more. It keeps its place: knobs stand below. */
    .variants small [data-untrue] {
      visibility: hidden;
    }
    .variants input {
      accent-color: var(--accent);
      margin: 0;
      transform: translateY(1px);
    }
    .notice {
      padding-left: 1.1rem;
      display: grid;
      gap: 0.45rem;
      font-size: 0.9375rem;
      line-height: 1.5;
    }
    .notice li::marker {
      color: var(--faint);
    }
    .chosen {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 0.5rem;
      padding: 0.35rem 0.35rem 0.35rem 0.8rem;
      background: var(--raised);
      border-radius: 8px;
      font-size: 0.875rem;
      color: var(--ink);
    }
    fanout-rules {
      grid-area: rules;
      min-width: 0;
    }
    .below {
      grid-area: below;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 2.25rem;
    }
    .below.refused fanout-requests {
      order: -1;
    }
    #lessons {
      margin-top: 3.5rem;
      scroll-margin-top: 1rem;
    }
    #lessons h2 {
      font-size: 1.125rem;
      margin-bottom: 0.9rem;
      letter-spacing: -0.01em;
    }
    footer {
      margin-top: 3.5rem;
      padding-top: 1.2rem;
      padding-bottom: 3rem;
      font-size: 0.8125rem;
      color: var(--muted);
    }
    footer dl {
      display: flex;
      flex-wrap: wrap;
      gap: 0.4rem 2rem;
      align-items: center;
      border-top: 1px solid var(--line);
      padding-top: 1.2rem;
    }
    footer dl div {
      display: flex;
      gap: 0.5rem;
      align-items: center;
    }
    footer dd {
      color: var(--text);
    }
    footer code,
    .banner code {
      font-family: var(--mono);
      font-size: 0.95em;
    }
    footer input {
      width: 7rem;
      height: 1.9rem;
      border: 1px solid var(--line);
      border-radius: 6px;
      background: var(--surface);
      padding: 0 0.5rem;
      font-variant-numeric: tabular-nums;
    }
    footer p {
      margin-top: 0.7rem;
      max-width: 44rem;
    }
    .banner {
      display: flex;
      justify-content: space-between;
      gap: 1rem;
      align-items: start;
      margin-bottom: 1rem;
      padding: 0.8rem 1rem 0.8rem 1.2rem;
      background: var(--bad-soft);
      color: var(--ink);
      border: 1px solid var(--bad);
      border-radius: var(--radius);
      font-size: 0.9375rem;
      width: calc(100% - 3rem);
      /* A reader who drops a file far below still sees the result. */
      position: sticky;
      top: 0.5rem;
      z-index: 5;
      max-height: 50vh;
      overflow: auto;
    }
    .banner ul {
      list-style: none;
      margin-top: 0.2rem;
      overflow-wrap: anywhere;
    }
    .banner code {
      font-weight: 600;
      margin-right: 0.3rem;
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
    @media (max-width: 1040px) {
      .work {
        grid-template:
          "scene" auto
          "aside" auto
          "rules" auto
          "below" auto / minmax(0, 1fr);
      }
      aside {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
        gap: 1.75rem 2.5rem;
        align-items: start;
      }
    }
    @media (max-width: 640px) {
      .top,
      main,
      footer {
        padding-inline: 1rem;
      }
      nav button.plain {
        padding: 0 0.4rem;
      }
      .scene {
        margin-inline: -1rem;
      }
      h1 {
        font-size: 1.35rem;
      }
      .lead {
        font-size: 1rem;
      }
      .caption {
        flex-direction: column;
        align-items: stretch;
        border-inline: 0;
        min-height: 9.25rem;
        justify-content: space-between;
        padding-inline: 1rem;
      }
      .desk {
        border-inline: 0;
        border-radius: 0;
      }
      .wide {
        display: none;
      }
      .banner {
        width: calc(100% - 2rem);
      }
    }
    @media (max-width: 350px) {
      .brand span {
        display: none;
      }
    }
  `,
];
