/** Files that are dropped anywhere on the page. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class FileDrop implements ReactiveController {
  /** Something is held over the page. */
  isOver = false;
  #host: ReactiveControllerHost;
  #onFile: (file: File) => void;

  constructor(host: ReactiveControllerHost, onFile: (file: File) => void) {
    this.#host = host;
    this.#onFile = onFile;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener("dragover", this.#onDrag);
    addEventListener("dragleave", this.#onLeave);
    addEventListener("drop", this.#onDrop);
  }

  hostDisconnected(): void {
    removeEventListener("dragover", this.#onDrag);
    removeEventListener("dragleave", this.#onLeave);
    removeEventListener("drop", this.#onDrop);
  }

  #set(isOver: boolean): void {
    this.isOver = isOver;
    this.#host.requestUpdate();
  }

  #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (!this.isOver) this.#set(true);
  };

  #onLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.#set(false);
  };

  #onDrop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    this.#set(false);
    if (!file) return;
    event.preventDefault();
    this.#onFile(file);
  };
}
