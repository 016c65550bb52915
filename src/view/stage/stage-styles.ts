/** The look of the stage. */
import { css } from "lit";
import { shared } from "../look/styles.ts";

export const stageStyles = [
  shared,
  css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
    }
    .frame {
      position: relative;
      flex: 1;
      min-height: 190px;
      background: var(--surface);
      border: 1px solid var(--line);
      border-bottom: 0;
      border-radius: var(--radius) var(--radius) 0 0;
      overflow: hidden;
      contain: strict;
    }
    svg.topology,
    canvas {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      /* A layer each: a frame of packets must not repaint the topology under them. */
      will-change: transform;
    }
    canvas {
      pointer-events: none;
    }
    text {
      font: 500 12px var(--font);
      fill: var(--muted);
    }
    .link {
      stroke: var(--line-strong);
      stroke-width: 1.25;
    }
    .link.client {
      stroke: var(--line);
    }
    /* A server has a colour of its own, and so has who is connected to it; from the seventh on with a pattern too. */
    [data-server="1"] { --own: var(--server-1); }
    [data-server="2"] { --own: var(--server-2); }
    [data-server="3"] { --own: var(--server-3); }
    [data-server="4"] { --own: var(--server-4); }
    [data-server="5"] { --own: var(--server-5); }
    [data-server="6"] { --own: var(--server-6); }
    [data-server="7"] { --own: var(--server-1); }
    [data-server="8"] { --own: var(--server-2); }
    [data-server="9"] { --own: var(--server-3); }
    [data-server="10"] { --own: var(--server-4); }
    [data-server="11"] { --own: var(--server-5); }
    [data-server="12"] { --own: var(--server-6); }
    .link[data-server] { stroke: var(--own); }
    .link[data-server="2"] { stroke-dasharray: 7 4; }
    .link[data-server="3"] { stroke-dasharray: 2 3; }
    .link[data-server="4"] { stroke-dasharray: 10 3 2 3; }
    .link[data-server="5"] { stroke-dasharray: 4 2; }
    .link[data-server="6"] { stroke-dasharray: 1 4; }
    .link[data-server="7"] { stroke-dasharray: 12 4; }
    .link[data-server="8"] { stroke-dasharray: 9 2 2 2; }
    .link[data-server="9"] { stroke-dasharray: 1 2; }
    .link[data-server="10"] { stroke-dasharray: 14 3 1 3 1 3; }
    .link[data-server="11"] { stroke-dasharray: 3 6; }
    .link[data-server="12"] { stroke-dasharray: 6 2 6 6; }
    .link.client[data-server],
    .link.server {
      stroke-width: 1.5;
      stroke-opacity: 0.55;
    }
    .link.client[data-state="connecting"] {
      stroke: var(--line-strong);
      stroke-dasharray: 2 5;
    }
    .link.client[data-state="plain requests"] {
      stroke: var(--line-strong);
      stroke-dasharray: 1 4;
    }
    .link.client[data-state="disconnected"],
    .link.client[data-state="not started"] {
      stroke: var(--line);
      stroke-dasharray: 1 6;
    }
    .link.cut {
      stroke: var(--bad);
      stroke-dasharray: 1 7;
    }
    .link.mute {
      stroke: var(--warn);
      stroke-width: 2;
      stroke-opacity: 1;
      stroke-dasharray: 2 5;
    }
    .band {
      stroke: var(--warn);
      stroke-width: 7;
      stroke-opacity: 0.22;
    }
    .band.lossy {
      stroke-dasharray: 9 6;
    }
    .waiting polyline {
      fill: none;
      stroke: var(--http);
      stroke-width: 2;
      stroke-dasharray: 6 3;
    }
    .waiting rect {
      fill: var(--http);
      stroke: var(--surface);
      stroke-width: 1.5;
    }
    .link-mark rect {
      fill: var(--surface);
      stroke: var(--warn);
    }
    .link-mark path {
      fill: none;
      stroke: var(--warn);
      stroke-width: 1.25;
    }
    .link-mark text {
      font-size: 11px;
      fill: var(--warn);
    }
    .node {
      cursor: pointer;
      outline: none;
    }
    .node .body {
      fill: var(--raised);
      stroke: var(--line-strong);
      stroke-width: 1.5;
    }
    .node .detail {
      paint-order: stroke;
      stroke: var(--surface);
      stroke-width: 4px;
      stroke-linejoin: round;
    }
    .node.balancer .detail,
    .node.backplane .detail {
      stroke: none;
    }
    .node.client .name:not(.inside) {
      paint-order: stroke;
      stroke: var(--surface);
      stroke-width: 4px;
      stroke-linejoin: round;
    }
    .node .name {
      font-weight: 650;
      font-size: 13px;
      fill: var(--ink);
    }
    .node[data-server] .body { stroke: var(--own); }
    .node[data-server] .detail { fill: var(--own); }
    .node.server[data-server="7"] .body { stroke-dasharray: 12 4; }
    .node.server[data-server="8"] .body { stroke-dasharray: 9 2 2 2; }
    .node.server[data-server="9"] .body { stroke-dasharray: 1 2; }
    .node.server[data-server="10"] .body { stroke-dasharray: 14 3 1 3 1 3; }
    .node.server[data-server="11"] .body { stroke-dasharray: 3 6; }
    .node.server[data-server="12"] .body { stroke-dasharray: 6 2 6 6; }
    .node.server .body {
      stroke-width: 2;
      fill: var(--surface);
    }
    .node.backplane .body {
      fill: var(--accent-soft);
      stroke: var(--accent);
    }
    .node.client[data-state="not started"] .body,
    .node.client[data-state="disconnected"] .body {
      fill: none;
      stroke: var(--line-strong);
      stroke-dasharray: 2 3;
    }
    .node[data-state="stopped"] .body {
      fill: none;
      stroke: var(--line-strong);
      stroke-dasharray: 4 4;
    }
    .node.client[data-state="connecting"] .body {
      stroke-dasharray: 4 3;
    }
    .node[data-state="disconnected"] .detail,
    .node[data-state="crashed"] .detail,
    .node[data-state="frozen"] .detail {
      fill: var(--bad);
      font-weight: 650;
    }
    .node[data-state="crashed"] .body,
    .node[data-state="frozen"] .body {
      stroke: var(--bad);
      stroke-dasharray: 4 4;
      fill: var(--bad-soft);
    }
    .node .tally {
      font-weight: 700;
      fill: var(--good);
      font-size: 13px;
      paint-order: stroke;
      stroke: var(--surface);
      stroke-width: 4px;
    }
    .node .name.small {
      font-size: 11px;
    }
    .node.server .name.small {
      font-size: 10.5px;
    }
    .node.server .name.tiny {
      font-size: 9.5px;
    }
    .node.server .name.least {
      font-size: 8px;
    }
    .node .tally.small {
      font-size: 10px;
    }
    .node .halo {
      fill: none;
      stroke: var(--accent);
      stroke-width: 2;
      stroke-dasharray: 3 4;
    }
    .node.selected .body {
      stroke: var(--ink);
      stroke-width: 3;
    }
    /* The classes are repeated to outweigh every rule above: where the focus is shows on all nodes, in all states. */
    .node.node.node.node.node:focus-visible .body {
      stroke: var(--accent);
      stroke-width: 4;
      stroke-dasharray: none;
      fill: var(--accent-soft);
      fill-opacity: 1;
    }
    .grip {
      stroke: transparent;
      stroke-width: 16;
      cursor: pointer;
      outline: none;
    }
    .grip:hover,
    .grip.selected {
      stroke: var(--accent);
      stroke-opacity: 0.25;
    }
    .grip:focus-visible {
      stroke: var(--accent);
      stroke-opacity: 0.5;
    }
    .cohort {
      cursor: pointer;
      outline: none;
    }
    .cohort rect {
      fill: var(--raised);
      stroke: var(--control);
      stroke-width: 1.25;
    }
    .cohort.person .back {
      display: none;
    }
    .cohort.selected .body {
      stroke: var(--ink);
      stroke-width: 3;
    }
    .cohort:focus-visible .body {
      stroke: var(--accent);
      stroke-width: 4;
      fill: var(--accent-soft);
    }
    .cohort .name {
      font-weight: 650;
      fill: var(--ink);
    }
    .cohort .tally {
      font-weight: 650;
      fill: var(--ink);
      font-variant-numeric: tabular-nums;
    }
    .ghost rect {
      fill: none;
      stroke: var(--line-strong);
      stroke-dasharray: 5 5;
    }
    .ghost text {
      text-anchor: middle;
      fill: var(--muted);
    }
    .nat rect {
      fill: var(--raised);
      stroke: var(--line-strong);
    }
    .nat text {
      font-size: 10px;
      font-weight: 650;
      fill: var(--text);
    }
    .nat.forgot rect {
      fill: var(--bad-soft);
      stroke: var(--bad);
      stroke-dasharray: 3 3;
    }
    .nat.forgot text {
      fill: var(--bad);
    }
    .loss {
      cursor: pointer;
      outline: none;
    }
    .loss text {
      paint-order: stroke;
      stroke: var(--surface);
      stroke-width: 5px;
      stroke-linejoin: round;
      fill: var(--bad);
    }
    /* A line below it would be hidden by the letters' halo, but for the gaps between words. */
    .loss:hover text,
    .loss:focus-visible text {
      stroke: var(--accent-soft);
    }
    .loss .what {
      font-weight: 700;
      font-size: 13.5px;
    }
    .loss .why {
      font-size: 12.5px;
    }
    .crowd {
      position: absolute;
      left: 14px;
      top: 10px;
      font-size: 0.8125rem;
      color: var(--muted);
    }
    .near .crowd {
      display: none;
    }
    @media (max-width: 640px) {
      .frame {
        border-radius: 0;
        border-inline: 0;
      }
      /* It is in the help then: there is no room for it. */
      fanout-legend {
        display: none;
      }
    }
  `,
];
