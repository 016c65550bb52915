/** Sources in words: «FACTS §9», as notes of this project cite it, leads to the facts themselves, which the page brings along as a file. */
import { html, type TemplateResult } from "lit";
import factsUrl from "../../../docs/reference/facts.md?url";

const CITED = /FACTS (§[\d.]*\d)/;

export function cited(source: string): TemplateResult {
  const [before, section, ...rest] = source.split(CITED);
  if (section === undefined) return html`${source}`;
  return html`${before}<a href=${factsUrl} target="_blank" rel="noopener" title="docs/reference/facts.md">facts and their sources, ${section}</a>${rest.join("")}`;
}
