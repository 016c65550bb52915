/** A lesson's prose as templates: no text of it is ever taken for HTML. */
import { html, type TemplateResult } from "lit";
import type { Fact } from "../../lesson/facts.ts";
import type { Prose } from "../../lesson/lesson.ts";

/** Where a link's settings leave the run without a fact: clients of a group that has become two have other names. */
const UNSAID = "…";

interface Context {
  readonly facts: ReadonlyMap<string, Fact>;
  readonly onTerm: (anchor: string) => void;
}

export function proseView(prose: Prose, context: Context): TemplateResult[] {
  return prose.map((inline) => {
    switch (inline.kind) {
      case "text":
        return html`${inline.text}`;
      case "code":
        return html`<code>${inline.text}</code>`;
      case "fact":
        return html`<b class="number">${context.facts.get(inline.name) ?? UNSAID}</b>`;
      case "strong":
        return html`<strong>${proseView(inline.inlines, context)}</strong>`;
      case "em":
        return html`<em>${proseView(inline.inlines, context)}</em>`;
      case "term":
        return html`<button class="term-link" @click=${() => context.onTerm(inline.term)}>${proseView(inline.inlines, context)}</button>`;
    }
  });
}
