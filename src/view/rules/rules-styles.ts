/** How rules, stories and verdicts look. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const rulesStyles = [
  shared,
  css`
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 0.4rem 1rem;
    }
    h2 span {
      font-weight: 400;
      color: var(--muted);
    }
    .search {
      display: flex;
      gap: 0.4rem;
      min-width: 0;
    }
    .search label {
      min-width: 0;
    }
    /* As wide as it gets, so that nothing moves when its word changes. */
    button.go {
      min-width: 7rem;
    }
    /* As high as while it searches: the rules stay where they are when a search begins and ends. */
    .result {
      display: grid;
      gap: 0.35rem;
      align-content: start;
      min-height: 2.5rem;
      margin: 0.5rem 0 0.6rem;
      font-size: 0.9375rem;
      color: var(--ink);
    }
    .muted {
      color: var(--muted);
      font-size: 0.875rem;
      max-width: 54rem;
      text-wrap: pretty;
    }
    .worth {
      margin-top: 0.6rem;
    }
    .small {
      font-size: 0.8125rem;
    }
    progress {
      width: 100%;
      height: 0.5rem;
      accent-color: var(--accent);
    }
    .sign {
      font-weight: 700;
    }
    .good .sign {
      color: var(--good);
    }
    .bad .sign {
      color: var(--bad);
    }
    .rules {
      list-style: none;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--surface);
    }
    .rules > li {
      scroll-margin: 0.5rem;
      display: grid;
      grid-template-columns: minmax(0, 1fr) 19rem;
      gap: 0.2rem 1.5rem;
      padding: 0.6rem 0.9rem;
    }
    .rules > li + li {
      border-top: 1px solid var(--line);
    }
    .statement {
      color: var(--ink);
      font-size: 0.9375rem;
      line-height: 1.45;
    }
    code {
      font-family: var(--mono);
      font-size: 0.8125rem;
      color: var(--muted);
      /* Names break only where a line is too short for them. */
      display: inline-block;
      max-width: 100%;
      overflow-wrap: anywhere;
    }
    .says p {
      display: grid;
      grid-template-columns: 1.1rem minmax(0, 1fr);
      font-size: 0.875rem;
      line-height: 1.6;
    }
    .says small {
      display: block;
      color: var(--muted);
      font-size: 0.8125rem;
    }
    .moment {
      border: 0;
      padding: 0;
      background: none;
      color: var(--accent-strong);
      text-decoration: underline;
      text-underline-offset: 0.15em;
    }
    .detail,
    .found,
    .mended {
      grid-column: 1 / -1;
      margin-top: 0.5rem;
      font-size: 0.875rem;
      line-height: 1.5;
    }
    .detail > p,
    summary {
      color: var(--ink);
      font-weight: 550;
    }
    summary {
      cursor: pointer;
    }
    .story {
      list-style: none;
      margin-top: 0.35rem;
      border-left: 2px solid var(--line);
    }
    .story button {
      display: grid;
      grid-template-columns: 4.6rem minmax(0, 1fr);
      width: 100%;
      margin-left: -2px;
      padding: 0.2rem 0.6rem;
      border: 0;
      border-left: 3px solid var(--unmarked);
      background: none;
      text-align: left;
      line-height: 1.5;
    }
    .story button:hover {
      background: var(--raised);
    }
    .story [aria-current="step"] {
      border-left-color: var(--accent);
      background: var(--accent-soft);
      color: var(--ink);
    }
    .story .at {
      color: var(--muted);
    }
    .sentence {
      display: block;
    }
    .found {
      display: grid;
      gap: 0.35rem;
      padding: 0.7rem 0.9rem;
      border-radius: 8px;
      background: var(--bad-soft);
      color: var(--ink);
    }
    .mended {
      padding: 0.55rem 0.9rem;
      border-radius: 8px;
      background: var(--accent-soft);
      color: var(--ink);
    }
    .found > p:first-child {
      font-weight: 550;
    }
    .plainly {
      font-weight: 400;
    }
    .found .muted {
      color: var(--text);
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: 0.4rem;
    }
    .repairs {
      margin: 0.3rem 0 0;
      padding: 0;
      list-style: none;
      display: grid;
      gap: 0.4rem;
    }
    .repairs li {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0.2rem 0.6rem;
    }
    button.repair {
      height: auto;
      min-height: 2.25rem;
      white-space: normal;
      text-align: left;
      overflow-wrap: anywhere;
    }
    @container (max-width: 44rem) {
      .result {
        min-height: 4rem;
      }
      .rules > li {
        grid-template-columns: minmax(0, 1fr);
      }
      .story button {
        padding-right: 0.2rem;
      }
    }
  `,
];
