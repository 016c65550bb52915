/** Tables of messages and of requests, in a panel that may be narrow. */
import { css } from "lit";

export const listStyles = css`
  .muted {
    color: var(--muted);
    font-size: 0.875rem;
    margin-top: 0.6rem;
  }
  /* In a narrow panel a row becomes a few lines; roles are written out, since a table laid out otherwise would lose them. */
  @container (max-width: 54rem) {
    .scroll {
      max-height: none;
    }
    .list,
    .list tbody {
      display: block;
    }
    .list thead {
      position: absolute;
      clip-path: inset(50%);
    }
    .list tr {
      display: flex;
      flex-wrap: wrap;
      gap: 0 0.6rem;
      padding: 0.35rem 0;
      border-bottom: 1px solid var(--line);
    }
    .list td {
      padding: 0;
      border: 0;
      white-space: normal;
    }
    .list td:empty {
      display: none;
    }
    .list td.line {
      flex-basis: 100%;
      min-width: 0;
      padding-left: 1rem;
    }
  }
`;
