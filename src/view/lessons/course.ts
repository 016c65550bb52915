/** The course: parts and lessons in order, what each needs, what was done, and a search among them. */
import { css, html, nothing, type TemplateResult } from "lit";
import { type CourseEntry, PARTS } from "../../lesson/lesson.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import { type CourseWords, courseWords, LESSONS } from "./lessons.ts";
import { lessonsDone } from "./progress.ts";

export class FanoutCourse extends PageElement {
  static override properties = {
    current: { attribute: false },
    sought: { state: true },
    words: { state: true },
    problem: { state: true },
  };
  /** The lesson that is open. */
  declare current: string | null;
  declare sought: string;
  /** What lessons are about; null until somebody seeks one. */
  declare words: CourseWords | null;
  /** What is wrong with the file of progress that was chosen. */
  declare problem: string | null;

  constructor() {
    super();
    this.current = null;
    this.sought = "";
    this.words = null;
    this.problem = null;
    for (const kind of ["pointerover", "focusin"])
      this.addEventListener(kind, this.#fetchWords, { once: true });
  }

  static override styles = [
    shared,
    css`
      :host {
        padding: 0.75rem 0.75rem 1.5rem;
        font-size: 0.9375rem;
      }
      input[type="search"] {
        width: 100%;
        height: 2.5rem;
        margin: 0.5rem 0 0.25rem;
        padding: 0 0.6rem;
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: var(--surface);
      }
      h2 {
        font-size: 0.9375rem;
      }
      h3 {
        margin: 1rem 0 0.25rem;
        font-size: 0.8125rem;
        font-weight: 650;
        color: var(--muted);
      }
      ul {
        list-style: none;
      }
      a {
        display: block;
        padding: 0.5rem 0.6rem;
        border-left: 3px solid var(--unmarked);
        border-radius: 0 8px 8px 0;
        color: var(--text);
        line-height: 1.35;
        text-decoration: none;
      }
      a:hover {
        background: var(--raised);
        color: var(--ink);
      }
      a[aria-current] {
        border-left-color: var(--accent);
        background: var(--accent-soft);
        color: var(--ink);
        font-weight: 550;
      }
      small {
        display: block;
        margin-top: 0.1rem;
        color: var(--muted);
        font-size: 0.8125rem;
        font-weight: 400;
      }
      a[aria-current] small {
        color: var(--text);
      }
      .done {
        color: var(--good);
        font-weight: 650;
      }
      .keep {
        display: flex;
        flex-wrap: wrap;
        margin: 1.25rem 0 0 -0.6rem;
      }
      .problem {
        color: var(--bad);
        font-size: 0.8125rem;
      }
    `,
  ];

  override render() {
    const found = LESSONS.filter((lesson) => isFound(lesson, this.words?.[lesson.name], this.sought));
    const parts = [...new Set(found.map(({ part }) => part))];
    return html`
      <h2>Course</h2>
      <input
        type="search"
        aria-label="Search the lessons"
        placeholder="Search"
        .value=${this.sought}
        @input=${(e: Event) => (this.sought = (e.target as HTMLInputElement).value)}
      />
      <div data-testid="course">
        ${parts.map((part) => this.#partView(part, found))}
        ${found.length === 0 ? html`<p role="status">No lesson is about «${this.sought.slice(0, 40)}» yet.</p>` : nothing}
      </div>
      <div class="keep">
        <button class="plain" title="What you have done, as a file: this page keeps it in this browser only" @click=${this.#export}>Export progress</button>
        <button class="plain" @click=${() => this.#file.click()}>Import</button>
        <input id="progress" type="file" accept=".json,application/json" hidden aria-label="File of progress" @change=${this.#import} />
      </div>
      <p class="problem" role="alert">${this.problem ?? ""}</p>
    `;
  }

  #partView(part: number | null, found: readonly CourseEntry[]): TemplateResult {
    const done = lessonsDone();
    return html`<h3>${part === null ? "Scenarios without a story" : `${part} ${PARTS[part - 1] ?? ""}`}</h3>
      <ul>
        ${found
          .filter((lesson) => lesson.part === part)
          .map(
            ({ name, title, minutes, needs }) => html`<li>
              <a href="#/${name}" title=${this.words?.[name]?.teaches || this.words?.[name]?.summary || nothing} aria-current=${name === this.current ? "page" : nothing}>
                ${title}
                <small>
                  ${done.has(name) ? html`<span class="done">✓ done</span> ` : nothing}${minutes === null ? nothing : html`${minutes} min`}${needs.length > 0 ? html`, after «${needs.map(titleOf).join("», «")}»` : nothing}
                </small>
              </a>
            </li>`,
          )}
      </ul>`;
  }

  get #file(): HTMLInputElement {
    return this.renderRoot.querySelector("#progress") as HTMLInputElement;
  }

  /** Without them a search finds names and titles, as far as they go. */
  #fetchWords = async (): Promise<void> => {
    this.words ??= await courseWords().catch(() => null);
  };

  #export = async (): Promise<void> => {
    const progress = await progressFile();
    progress?.exportProgress();
  };

  #import = async (): Promise<void> => {
    const file = this.#file.files?.[0];
    const progress = await progressFile();
    if (file)
      this.problem = progress === null ? "There is no connection." : await progress.importProgress(file);
    this.#file.value = "";
    this.requestUpdate();
  };
}
customElements.define("fanout-course", FanoutCourse);

/** Null: it could not be fetched. */
function progressFile() {
  return import("./progress-file.ts").catch(() => null);
}

function titleOf(name: string): string {
  return LESSONS.find((lesson) => lesson.name === name)?.title ?? name;
}

/** Whether all words that are sought stand in what the course lists of a lesson. */
function isFound(
  { name, title }: CourseEntry,
  about: CourseWords[string] | undefined,
  sought: string,
): boolean {
  const text = `${name} ${title} ${about?.summary ?? ""} ${about?.teaches ?? ""}`.toLowerCase();
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
