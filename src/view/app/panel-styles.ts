/** The look of the panel. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const panelStyles = [
  shared,
  css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
    }
    .tabs {
      display: flex;
      flex: none;
      overflow-x: auto;
      scrollbar-width: none;
      border-bottom: 1px solid var(--line-strong);
      background: var(--paper);
      z-index: 2;
    }
    .tabs button {
      flex: 1 0 auto;
      min-height: 2.75rem;
      padding: 0 0.3rem;
      border: 0;
      border-bottom: 3px solid var(--unmarked);
      background: none;
      color: var(--muted);
      font-size: 0.8438rem;
      font-weight: 550;
      white-space: nowrap;
    }
    .tabs button:hover {
      color: var(--ink);
    }
    .tabs button[aria-selected="true"] {
      border-bottom-color: var(--accent);
      color: var(--ink);
    }
    .tabs button:focus-visible,
    .content:focus-visible {
      outline-offset: -3px;
    }
    .badge {
      color: var(--bad);
      font-size: 0.8125rem;
      font-weight: 700;
      font-variant-numeric: tabular-nums;
    }
    .badge.changed {
      color: var(--accent);
    }
    .tabs,
    .content {
      container-type: inline-size;
    }
    /* Where tabs are close together, a badge stands over its tab's corner, where it takes no width. */
    @container (max-width: 30rem) {
      .tabs button {
        position: relative;
        padding: 0 0.1rem;
        font-size: 0.8rem;
      }
      .badge {
        position: absolute;
        top: 0.2rem;
        right: 0.1rem;
        font-size: 0.6875rem;
      }
      .badge .how-many {
        display: none;
      }
    }
    @container (max-width: 21rem) {
      .tabs button {
        padding: 0 0.05rem;
        font-size: 0.75rem;
      }
    }
    .content {
      flex: 1;
      min-height: 0;
      padding: 0.8rem 1rem 1rem;
      overflow: hidden auto;
      position: relative;
    }
    .lead {
      margin-bottom: 0.9rem;
      line-height: 1.5;
      text-wrap: pretty;
    }
    .claim {
      margin-bottom: 0.9rem;
      padding: 0.55rem 0.75rem;
      border-left: 3px solid var(--bad);
      background: var(--raised);
      color: var(--ink);
    }
    h3 {
      margin: 1.25rem 0 0.4rem;
      font-size: 0.8125rem;
      color: var(--muted);
    }
    .notice {
      padding-left: 1.1rem;
      display: grid;
      gap: 0.45rem;
      font-size: 0.9375rem;
      line-height: 1.5;
    }
    .notice li::marker {
      color: var(--muted);
    }
    .veil {
      color: var(--muted);
    }
    fanout-ledger {
      margin-top: 1.5rem;
    }
  `,
];
