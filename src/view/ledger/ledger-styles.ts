/** The look of the ledger. */
import { css } from "lit";
import { shared } from "../look/styles.ts";
import { listStyles } from "./list-styles.ts";

export const ledgerStyles = [
  shared,
  css`
    .pair {
      display: grid;
      gap: 2rem 3rem;
      grid-template-columns: minmax(0, auto) minmax(0, 1fr);
      align-items: start;
    }
    .scroll {
      overflow: auto;
      max-height: 26rem;
      max-width: 100%;
    }
    h2 {
      margin-bottom: 0.6rem;
    }
    h2 span {
      font-weight: 400;
      color: var(--muted);
    }
    .matrix th {
      text-align: center;
      padding: 0 0.4rem 0.25rem;
      color: var(--ink);
      max-width: 5rem;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .matrix th[scope="row"] {
      text-align: right;
      padding: 0 0.6rem 0 0;
    }
    .matrix td {
      padding: 2px;
      text-align: center;
    }
    .matrix td.self {
      color: var(--faint);
    }
    .matrix button {
      min-width: 3.25rem;
      height: 2rem;
      padding: 0 0.4rem;
      border: 1px solid var(--line);
      border-radius: 6px;
      background: var(--surface);
      font-size: 0.8125rem;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    .matrix button.good {
      background: var(--good-soft);
      border-color: transparent;
      color: var(--good);
    }
    .matrix button.bad {
      background: var(--bad-soft);
      border-color: transparent;
      color: var(--bad);
      font-weight: 650;
    }
    .list {
      width: 100%;
    }
    .list th {
      padding: 0 0.75rem 0.3rem 0;
      border-bottom: 1px solid var(--line);
      white-space: nowrap;
      position: sticky;
      top: 0;
      background: var(--paper);
    }
    .list td {
      padding: 0.3rem 0.75rem 0.3rem 0;
      border-bottom: 1px solid var(--line);
      vertical-align: top;
    }
    .list tr.chosen td {
      background: var(--accent-soft);
    }
    .list tr.later {
      color: var(--muted);
    }
    .list button {
      border: 0;
      background: none;
      padding: 0;
      color: var(--accent);
      font-variant-numeric: tabular-nums;
      text-decoration: underline;
      text-underline-offset: 2px;
      text-decoration-color: color-mix(in srgb, var(--accent) 40%, transparent);
      white-space: nowrap;
    }
    .good {
      color: var(--good);
    }
    .bad {
      color: var(--bad);
      font-weight: 600;
    }
    @container (max-width: 54rem) {
      .list td.copies::after {
        content: " to reach";
      }
      .pair {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
  listStyles,
];
