/** The gallery: a card a lesson. */
import { css, html, LitElement, nothing } from "lit";
import { shared } from "../look/styles.ts";
import { LESSONS } from "./lessons.ts";
import { lessonsDone } from "./progress.ts";

export class FanoutGallery extends LitElement {
  static override properties = { current: { attribute: false } };
  declare current: string | null;

  constructor() {
    super();
    this.current = null;
  }

  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
        gap: 1rem;
      }
      a {
        display: block;
        height: 100%;
        padding: 1rem 1.1rem 1.1rem;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        color: var(--text);
        text-decoration: none;
        font-size: 0.9375rem;
        line-height: 1.5;
      }
      a:hover {
        border-color: var(--accent);
      }
      a[aria-current] {
        border-color: var(--accent);
        box-shadow: inset 3px 0 0 var(--accent);
      }
      .done {
        color: var(--good);
        font-size: 0.8125rem;
        font-weight: 550;
      }
      h3 {
        font-size: 1rem;
        font-weight: 650;
        color: var(--ink);
        margin-bottom: 0.3rem;
      }
    `,
  ];

  override render() {
    const done = lessonsDone();
    return html`<ul data-testid="gallery">
      ${LESSONS.map(
        (lesson) => html`<li>
          <a href="#/${lesson.name}" aria-current=${lesson.name === this.current ? "page" : nothing}>
            <h3>${lesson.title}${done.has(lesson.name) ? html` <span class="done">✓ done</span>` : nothing}</h3>
            <p>${lesson.summary}</p>
          </a>
        </li>`,
      )}
    </ul>`;
  }
}
customElements.define("fanout-gallery", FanoutGallery);
