/** A lesson's prose as templates: no text of it is ever taken for HTML. */
import { html, type TemplateResult } from "lit";
import type { Fact } from "../../lesson/facts.ts";
import type { Inline, Prose } from "../../lesson/lesson.ts";

/** Where a link's settings leave the run without a fact: clients of a group that has become two have other names. */
const UNSAID = "…";

interface Context {
  readonly facts: ReadonlyMap<string, Fact>;
  readonly onTerm: (anchor: string) => void;
}

export function proseView(prose: Prose, context: Context): TemplateResult[] {
  return prose.map((inline, i) => {
    switch (inline.kind) {
      case "text":
        return html`${prose[i - 1]?.kind === "term" ? inline.text.slice(signsOf(inline).length) : inline.text}`;
      case "code":
        return html`<code>${inline.text}</code>`;
      case "fact":
        return html`<b class="number">${context.facts.get(inline.name) ?? UNSAID}</b>`;
      case "strong":
        return html`<strong>${proseView(inline.inlines, context)}</strong>`;
      case "em":
        return html`<em>${proseView(inline.inlines, context)}</em>`;
      case "term":
        // A term is a button, behind which a line may be broken: the full stop stays with it.
        return html`<span class="in-line"><button class="term-link" @click=${() => context.onTerm(inline.term)}>${proseView(inline.inlines, context)}</button>${signsOf(prose[i + 1])}</span>`;
    }
  });
}

/** The full stop, or the like, with which a text begins. */
function signsOf(inline: Inline | undefined): string {
  return inline?.kind === "text" ? /^[.,:;!?)»]*/.exec(inline.text)![0] : "";
}
