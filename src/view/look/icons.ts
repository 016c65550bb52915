/** The page's icons: drawn here, loaded from nowhere. */
import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  play: svg`<path class="solid" d="M7 4.5v15l12-7.5z" />`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.5" />`,
  forth: svg`<path class="solid" d="M5 6v12l9-6z" /><path d="M18 6v12" />`,
  back: svg`<path class="solid" d="M19 6v12l-9-6z" /><path d="M6 6v12" />`,
  start: svg`<path d="M6 5v14M18 6l-7 6 7 6" />`,
  end: svg`<path d="M18 5v14M6 6l7 6-7 6" />`,
  loss: svg`<path d="M6 6l8 8M14 6l-8 8M15 19h5M18 16.5l2.5 2.5-2.5 2.5" />`,
  link: svg`<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17" />`,
  sun: svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />`,
  menu: svg`<path d="M4 6h16M4 12h16M4 18h16" />`,
  moon: svg`<path d="M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z" />`,
  file: svg`<path d="M4 19V6a1 1 0 0 1 1-1h4l2 2h8a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z" />`,
  help: svg`<path d="M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.1" /><circle cx="12" cy="12" r="9.5" />`,
  follow: svg`<circle cx="12" cy="12" r="6.5" /><circle class="solid" cx="12" cy="12" r="2" /><path d="M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3" />`,
  plus: svg`<path d="M12 6v12M6 12h12" />`,
  minus: svg`<path d="M6 12h12" />`,
  arrow: svg`<path d="M5 12h13M13 6l6 6-6 6" />`,
  close: svg`<path d="M6 6l12 12M18 6 6 18" />`,
  reset: svg`<path d="M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.5 13" />`,
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: the words beside it, or its button's label, say what it means. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${PATHS[name]}</svg>`;
}
