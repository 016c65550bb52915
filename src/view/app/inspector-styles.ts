/** The look of what was clicked. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const inspectorStyles = [
  shared,
  css`
    section {
      max-height: 44vh;
      overflow-y: auto;
      padding: 0.5rem 1rem 0.8rem;
      border-bottom: 1px solid var(--line-strong);
      background: var(--surface);
      font-size: 0.875rem;
      line-height: 1.45;
    }
    header {
      display: flex;
      justify-content: space-between;
      align-items: center;
      gap: 0.5rem;
      /* The button at its end has room of its own around its sign. */
      margin-right: -0.5rem;
    }
    h2 {
      font-size: 0.9375rem;
      overflow-wrap: anywhere;
    }
    .acts {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.5rem;
      margin: 0.5rem 0;
      color: var(--muted);
    }
    .acts button {
      min-height: 2.5rem;
    }
    .acts button[aria-pressed="true"] {
      border-color: var(--accent);
      background: var(--accent-soft);
      color: var(--accent-strong);
    }
    .acts label {
      display: inline-flex;
      align-items: center;
      gap: 0.4rem;
    }
    input {
      width: 5.5rem;
      height: 2.25rem;
      padding: 0 0.4rem;
      border: 1px solid var(--line-strong);
      border-radius: 8px;
      background: var(--surface);
      color: var(--ink);
      text-align: right;
    }
    button.link {
      padding: 0.15rem 0;
      border: 0;
      background: none;
      color: var(--accent);
      text-align: left;
      text-decoration: underline;
      text-underline-offset: 2px;
    }
    .autopsy {
      margin: 0.4rem 0;
      padding-left: 0.75rem;
      border-left: 3px solid var(--bad);
    }
    .hops {
      list-style: none;
      margin-top: 0.4rem;
    }
    .hops [aria-current] {
      font-weight: 650;
      color: var(--ink);
    }
    summary {
      padding: 0.3rem 0;
      cursor: pointer;
      color: var(--ink);
    }
    .standing {
      display: grid;
      gap: 0.2rem;
      margin-bottom: 0.8rem;
    }
    ul {
      list-style: none;
    }
    svg.chart {
      max-width: 100%;
    }
    .chart text {
      font: 500 12px var(--font);
      fill: var(--text);
    }
    .chart rect {
      fill: var(--surface);
      stroke: var(--line-strong);
    }
    .chart .on rect {
      fill: var(--accent-soft);
      stroke: var(--accent);
      stroke-width: 2;
    }
    .chart .on text {
      fill: var(--ink);
      font-weight: 700;
    }
    .arc path {
      fill: none;
      stroke: var(--line-strong);
    }
    .arc .tip {
      fill: var(--line-strong);
      stroke: none;
    }
    .arc.next path {
      stroke: var(--muted);
      stroke-width: 1.5;
    }
    .arc.next .tip {
      fill: var(--muted);
      stroke: none;
    }
    .arc.last path {
      stroke: var(--accent);
      stroke-width: 2.5;
    }
    .arc.last .tip {
      fill: var(--accent);
      stroke: none;
    }
  `,
];
