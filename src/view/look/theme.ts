/** Light or dark: the system's choice, unless a person chose otherwise. */

type Theme = "system" | "light" | "dark";
const KEY = "fanout-lab-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");
const listeners = new Set<() => void>();

let theme: Theme = stored();
/** The palette that was read last; null: the colours have changed since. */
let palette: Palette | null = null;

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

function apply(): void {
  palette = null;
  const isDark = theme === "dark" || (theme === "system" && dark.matches);
  document.documentElement.classList.toggle("dark", isDark);
  for (const listener of listeners) listener();
}

dark.addEventListener("change", apply);
forced.addEventListener("change", apply);
apply();

/** Whether the page is dark now. */
export function isDark(): boolean {
  return document.documentElement.classList.contains("dark");
}

/** Light ↔ dark. */
export function toggleTheme(): void {
  theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  apply();
}

/** Calls back when the colours changed. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The colours that the canvases draw with, read from the style sheet. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly paper: string;
  readonly message: string;
  readonly http: string;
  readonly heartbeat: string;
  readonly control: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly servers: readonly string[];
}

/** The palette, read when the colours have changed: to read it, the browser works out all styles. */
export function readPalette(): Palette {
  palette ??= paletteNow();
  return palette;
}

function paletteNow(): Palette {
  const style = getComputedStyle(document.documentElement);
  // Forced colours are names, which a canvas may take for those of the theme before: an element says what they are.
  const probe = document.createElement("i");
  if (forced.matches) document.documentElement.append(probe);
  const get = (name: string) => {
    if (!forced.matches) return style.getPropertyValue(`--${name}`).trim();
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const read: Palette = {
    ink: get("ink"),
    muted: get("muted"),
    faint: get("faint"),
    line: get("line"),
    surface: get("surface"),
    paper: get("paper"),
    message: get("message"),
    http: get("http"),
    heartbeat: get("heartbeat"),
    control: get("control"),
    accent: get("accent"),
    good: get("good"),
    bad: get("bad"),
    servers: [1, 2, 3, 4, 5, 6].map((i) => get(`server-${i}`)),
  };
  probe.remove();
  return read;
}

/** Whether the person asked for less motion. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
