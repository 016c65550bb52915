/** The page's icons: drawn here, loaded from nowhere. */
import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  play: svg`<path class="solid" d="M7 4.5v15l12-7.5z" />`,
  pause: svg`<path d="M8 5v14M16 5v14" stroke-width="3.5" />`,
  forth: svg`<path class="solid" d="M5 6v12l9-6z" /><path d="M18 6v12" />`,
  back: svg`<path class="solid" d="M19 6v12l-9-6z" /><path d="M6 6v12" />`,
  start: svg`<path d="M6 5v14M18 6l-7 6 7 6" />`,
  end: svg`<path d="M18 5v14M6 6l7 6-7 6" />`,
  loss: svg`<path d="M6 6l8 8M14 6l-8 8M15 19h5M18 16.500l2.500 2.500-2.500 2.500" />`,
  link: svg`<path d="M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700L12 17" />`,
  sun: svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400" />`,
  menu: svg`<path d="M4 6h16M4 12h16M4 18h16" />`,
  moon: svg`<path d="M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500z" />`,
  file: svg`<path d="M4 19V6a1 1 0 0 1 1-1h4l2 2h8a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z" />`,
  help: svg`<path d="M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.1" /><circle cx="12" cy="12" r="9.500" />`,
  follow: svg`<circle cx="12" cy="12" r="6.500" /><circle class="solid" cx="12" cy="12" r="2" /><path d="M12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3" />`,
  plus: svg`<path d="M12 6v12M6 12h12" />`,
  minus: svg`<path d="M6 12h12" />`,
  arrow: svg`<path d="M5 12h13M13 6l6 6-6 6" />`,
  close: svg`<path d="M6 6l12 12M18 6 6 18" />`,
  reset: svg`<path d="M5 5v5h5M5.500 10A7.500 7.500 0 1 1 4.500 13" />`,
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: the words beside it, or its button's label, say what it means. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${PATHS[name]}</svg>`;
}
