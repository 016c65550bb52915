/** The keys of the page, what they do in words, and what they do. One list: the help shows it, the page obeys it. */
import { nextVariant } from "../knobs/variants.ts";
import { toggleFollowed } from "./following.ts";
import type { Workbench } from "./workbench.ts";

/** What a key may ask for. */
interface Bench {
  readonly bench: Workbench;
  showHelp(): void;
}

interface Command {
  /** As the help shows them. */
  readonly keys: string;
  readonly words: string;
  /** Whether a key is meant, pressed where something has the focus. */
  readonly isMeant: (event: KeyboardEvent, focused: HTMLElement) => boolean;
  readonly act: (page: Bench, event: KeyboardEvent) => void;
  /** It has a letter or a sign as its key, and can be switched off: software that types what is spoken would press it. */
  readonly isCharacter?: true;
  readonly isWithControl?: true;
}

export const COMMANDS: readonly Command[] = [
  {
    keys: "space",
    words: "play, pause",
    isMeant: ({ key }, focused) => key === " " && !isPressable(focused),
    act: ({ bench }) => bench.player.toggle(),
  },
  {
    keys: "→ ←",
    words: "step to the next or previous event",
    isMeant: ({ key, shiftKey }) => isSideways(key) && !shiftKey,
    act: ({ bench }, { key }) => bench.player.step(key === "ArrowRight" ? 1 : -1),
  },
  {
    keys: "shift → ←",
    words: "jump to the next or previous loss",
    isMeant: ({ key, shiftKey }) => isSideways(key) && shiftKey,
    act: ({ bench }, { key }) => bench.player.step(key === "ArrowRight" ? 1 : -1, true),
  },
  {
    keys: "home, end",
    words: "to the start, to the end",
    isMeant: ({ key }) => key === "Home" || key === "End",
    act: ({ bench: { player } }, { key }) => {
      player.pause();
      player.seek(key === "Home" ? 0 : player.endUs);
    },
  },
  {
    keys: "ctrl z",
    words: "take the last change back",
    isMeant: ({ key, shiftKey }) => !shiftKey && key.toLowerCase() === "z",
    act: ({ bench }) => bench.undo(),
    isWithControl: true,
  },
  {
    keys: "ctrl shift z, ctrl y",
    words: "do it again",
    isMeant: ({ key, shiftKey }) => key.toLowerCase() === (shiftKey ? "z" : "y"),
    act: ({ bench }) => bench.redo(),
    isWithControl: true,
  },
  {
    keys: "esc",
    words: "clear the selection",
    isMeant: ({ key }) => key === "Escape",
    act: ({ bench }) => bench.player.select(null),
  },
  {
    keys: "f",
    words: "follow the packet or message that is chosen, or no longer",
    isMeant: ({ key }) => key === "f",
    act: ({ bench }) => void toggleFollowed(bench.player),
    isCharacter: true,
  },
  {
    keys: "n",
    words: "next variant: mend what broke, or break it again",
    isMeant: ({ key }) => key === "n",
    act: ({ bench }) => {
      const { run } = bench.player.loaded ?? {};
      const next = run && nextVariant(run.scenario, bench.page.lesson, bench.page.variant);
      if (next !== undefined && bench.page.step === null) bench.chooseVariant(next);
    },
    isCharacter: true,
  },
  {
    keys: "k",
    words: "play, pause, wherever the focus is",
    isMeant: ({ key }) => key === "k",
    act: ({ bench }) => bench.player.toggle(),
    isCharacter: true,
  },
  {
    keys: "?",
    words: "this help",
    isMeant: ({ key }) => key === "?",
    act: (page) => page.showHelp(),
    isCharacter: true,
  },
];

/** What the timeline does when it has the focus. */
export const TIMELINE_KEYS: readonly Pick<Command, "keys" | "words">[] = [
  { keys: "page up, page down", words: "a tenth of the timeline forward or back" },
  { keys: "+ − 0", words: "zoom in, zoom out, show all" },
  { keys: "→ ←, on the part that a long run’s overview marks", words: "move it" },
];

/** Obeys a key, unless it is meant for what has the focus. */
export function obey(page: Bench, event: KeyboardEvent, { letters }: { letters: boolean }): void {
  if (event.defaultPrevented || event.altKey) return;
  const target = event.composedPath()[0] as HTMLElement;
  if (takesKeys(target)) return;
  const command = COMMANDS.find(
    ({ isMeant, isCharacter, isWithControl }) =>
      (letters || !isCharacter) &&
      (event.ctrlKey || event.metaKey) === (isWithControl ?? false) &&
      isMeant(event, target),
  );
  if (command === undefined) return;
  command.act(page, event);
  event.preventDefault();
}

function isSideways(key: string): boolean {
  return key === "ArrowRight" || key === "ArrowLeft";
}

/** Whether an element writes, chooses or moves by keys of its own. */
function takesKeys(target: HTMLElement): boolean {
  return (
    /^(input|select|textarea)$/.test(target.localName ?? "") &&
    (target as HTMLInputElement).type !== "checkbox"
  );
}

/** Whether the space bar presses it. */
function isPressable({ localName }: HTMLElement): boolean {
  return /^(button|a|input|summary)$/.test(localName ?? "");
}
