/** The address is the state of the page: written while it changes, read when somebody goes elsewhere. */
import { decodeLink, encodeLink, type PageState } from "../../run/address.ts";

/** While it plays, the address follows this often: browsers limit how often it may change. ms. */
const PLAYING_MS = 1000;
/** While somebody scrubs, it follows when the hand has rested so long. ms. */
const REST_MS = 260;

export class AddressBar {
  /** The address that was read or written last. */
  #known = "";
  #writtenMs = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** Calls back when somebody goes to another address. */
  constructor(onElsewhere: () => void) {
    addEventListener("hashchange", () => {
      if (location.hash !== this.#known) onElsewhere();
    });
  }

  read(): ReturnType<typeof decodeLink> {
    this.#known = location.hash;
    return decodeLink(location.hash);
  }

  /** Writes a state, without an entry in the history; while it plays or is scrubbed, not every one. */
  write(state: () => PageState, { isPlaying, isForced }: { isPlaying: boolean; isForced: boolean }): void {
    // The reader has gone elsewhere, and word of it (hashchange) is on its way: what is on screen is not what that address says.
    if (location.hash !== this.#known) return;
    const sinceMs = performance.now() - this.#writtenMs;
    if (!isForced && isPlaying && sinceMs < PLAYING_MS) return;
    clearTimeout(this.#later);
    if (!isForced && sinceMs < REST_MS) {
      const force = () => this.write(state, { isPlaying, isForced: true });
      this.#later = setTimeout(force, REST_MS);
      return;
    }
    const hash = `#${encodeLink(state())}`;
    if (hash === this.#known) return;
    this.#writtenMs = performance.now();
    history.replaceState(history.state, "", hash);
    this.#known = location.hash;
  }

  /** Gives a state an entry of its own in the history. */
  push(state: PageState, entry: unknown): void {
    clearTimeout(this.#later);
    history.pushState(entry, "", `#${encodeLink(state)}`);
    this.#known = location.hash;
  }
}
