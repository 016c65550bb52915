/** The look of a lesson’s story. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

/** Of what proseView makes. */
export const proseStyles = css`
  .in-line {
    white-space: nowrap;
  }
  button.term-link {
    white-space: normal;
    border: 0;
    padding: 0;
    background: none;
    text-decoration: underline dotted;
    text-underline-offset: 0.2em;
    text-decoration-thickness: 1.5px;
    text-decoration-color: var(--accent);
  }
`;

export const storyStyles = [
  shared,
  proseStyles,
  css`
    section {
      color: var(--ink);
      line-height: 1.55;
      font-size: 0.9688rem;
    }
    .place,
    .hint {
      color: var(--muted);
      font-size: 0.8125rem;
    }
    h2 {
      font-size: 1.0625rem;
      font-weight: 650;
      line-height: 1.3;
      margin: 0.1rem 0 0.5rem;
    }
    h2:focus {
      outline: none;
    }
    p {
      margin-top: 0.6rem;
    }
    fieldset {
      border: 0;
      margin: 0.8rem 0 0;
      padding: 0;
      min-width: 0;
    }
    legend {
      font-weight: 600;
      padding: 0;
      margin-bottom: 0.4rem;
    }
    label {
      display: flex;
      gap: 0.6rem;
      align-items: baseline;
      padding: 0.5rem 0.65rem;
      border: 1px solid var(--line-strong);
      margin-top: -1px;
      cursor: pointer;
      min-height: 2.75rem;
    }
    label:first-of-type {
      border-radius: 8px 8px 0 0;
    }
    label:last-of-type {
      border-radius: 0 0 8px 8px;
    }
    label.on {
      background: var(--accent-soft);
    }
    input {
      accent-color: var(--accent);
      margin: 0;
    }
    .mark {
      margin-left: auto;
      font-weight: 700;
    }
    .mark.right {
      color: var(--good);
    }
    .mark.wrong {
      color: var(--bad);
    }
    .reply {
      margin-top: 0.7rem;
      padding: 0.55rem 0.75rem;
      background: var(--raised);
      border-radius: 8px;
    }
    .reply p:first-of-type {
      margin-top: 0;
    }
    fanout-knobs {
      margin-top: 0.9rem;
      padding: 0.7rem 0.8rem 0.8rem;
      border: 2px solid var(--accent);
      border-radius: 8px;
    }
    .waiting {
      color: var(--muted);
    }
    ul {
      list-style: none;
      margin-top: 0.5rem;
    }
    .turn {
      display: flex;
      justify-content: space-between;
      gap: 0.5rem;
      margin-top: 1rem;
    }
    .turn button {
      min-height: 2.75rem;
      padding: 0 1.1rem;
    }
    .turn button.next {
      border: 0;
      border-radius: 8px;
      background: var(--ink);
      color: var(--paper);
      forced-color-adjust: none;
    }
  `,
];
