/** The look of cost: chart, bills, promises and inputs. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const chartStyles = css`
  .of-1 {
    --of: var(--server-1);
  }
  .of-2 {
    --of: var(--server-2);
  }
  .of-3 {
    --of: var(--server-3);
  }
  .of-4 {
    --of: var(--server-4);
  }
  .of-6 {
    --of: var(--server-6);
  }
  .chart {
    display: block;
    width: 100%;
    height: auto;
    margin: 0.4rem 0;
    font-family: var(--font);
  }
  .grid {
    stroke: var(--line);
  }
  .axis {
    fill: var(--muted);
    font-size: 12px;
  }
  .axis.strong {
    fill: var(--ink);
    font-weight: 650;
  }
  .here {
    stroke: var(--ink);
    stroke-dasharray: 2 3;
  }
  .curve {
    fill: none;
    stroke: var(--of);
    stroke-width: 2.5;
    stroke-linejoin: round;
  }
  .listed {
    stroke-width: 1.5;
    stroke-dasharray: 5 4;
  }
  .sign,
  .end {
    fill: var(--of);
    font-size: 12.5px;
    paint-order: stroke;
    stroke: var(--paper);
    stroke-width: 3px;
  }
  .end {
    font-weight: 600;
  }
  .crossing {
    fill: var(--paper);
    stroke: var(--ink);
    stroke-width: 2.5;
  }
  .crossed {
    fill: var(--ink);
    font-size: 13px;
    font-weight: 700;
    paint-order: stroke;
    stroke: var(--paper);
    stroke-width: 4px;
  }
  .key {
    color: var(--muted);
    font-size: 0.8125rem;
    line-height: 1.45;
  }
`;

/** Tables of numbers, of which some are missing. */
export const promiseStyles = css`
  .note {
    display: block;
    font-size: 0.8125rem;
    color: var(--muted);
  }
  table {
    width: 100%;
  }
  td,
  th {
    padding: 0.25rem 0.5rem 0.25rem 0;
    vertical-align: top;
    line-height: 1.4;
  }
  td.number,
  th.number {
    text-align: right;
    padding: 0.25rem 0 0.25rem 0.6rem;
  }
  td.number {
    white-space: nowrap;
  }
  .missing {
    color: var(--warn);
    font-style: italic;
  }
`;

export const costStyles = [
  shared,
  chartStyles,
  promiseStyles,
  css`
    h3 {
      margin: 1.4rem 0 0.5rem;
      font-size: 0.9375rem;
      font-weight: 650;
      color: var(--ink);
    }
    .says {
      font-size: 1rem;
      line-height: 1.5;
      color: var(--ink);
    }
    .problem {
      color: var(--bad);
    }
    .load {
      display: grid;
      gap: 0.3rem;
      margin-top: 0.6rem;
    }
    input[type="range"] {
      width: 100%;
      accent-color: var(--accent);
      margin: 0;
      height: 1.75rem;
    }
    .bills {
      display: grid;
      gap: 0.35rem;
    }
    summary {
      cursor: pointer;
      min-height: 2.25rem;
      padding: 0.25rem 0;
      font-size: 0.875rem;
    }
    .bill summary {
      list-style-position: inside;
    }
    .line {
      display: inline-flex;
      width: calc(100% - 1.4rem);
      gap: 0.75rem;
      justify-content: space-between;
      vertical-align: top;
    }
    .line b {
      font-weight: 650;
      color: var(--ink);
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    .good {
      color: var(--good);
    }
    .bad {
      color: var(--bad);
    }
    .bar {
      display: block;
      width: 100%;
      height: 0.5rem;
    }
      .bar.small {
      display: inline-block;
      width: 3.75rem;
    }
    .fee {
      fill: var(--accent);
    }
    .people {
      fill: var(--line-strong);
    }
    .sign {
      color: var(--of);
      stroke: none;
    }
    .group summary {
      font-weight: 600;
      color: var(--ink);
    }
    .field {
      display: grid;
      grid-template-columns: minmax(0, 1fr) 6.5rem;
      gap: 0.1rem 0.75rem;
      align-items: center;
      padding: 0.45rem 0;
      border-top: 1px solid var(--line);
      font-size: 0.875rem;
    }
    .field input {
      width: 100%;
      height: 2.25rem;
      border: 1px solid var(--line-strong);
      border-radius: 8px;
      background: var(--surface);
      padding: 0 0.5rem;
      text-align: right;
    }
    .field input[aria-invalid="true"] {
      border-color: var(--bad);
    }
    .field .note {
      grid-column: 1 / -1;
    }
    .changed .name::after {
      content: " •";
      color: var(--accent);
    }
  `,
];
