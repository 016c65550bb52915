/** What the learner has done, as a file: fetched when somebody saves or opens one. */
import { lessonsDone, markDone, namesIn } from "./progress.ts";

const MAX_BYTES = 100_000;

/** Saves a file that {@link importProgress} reads. */
export function exportProgress(): void {
  const text = `${JSON.stringify({ fanoutLab: "progress", done: [...lessonsDone()].sort() }, null, 2)}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "fanout-lab-progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

/** Adds what a file says was done to what is known. What is wrong with it, or null. */
export async function importProgress(file: File): Promise<string | null> {
  const wrong = 'This is no file of progress: it begins with { "fanoutLab": "progress", "done": […] }.';
  if (file.size > MAX_BYTES)
    return `It is ${file.size} bytes long; a file of progress has ${MAX_BYTES} at most.`;
  try {
    const read = JSON.parse(await file.text()) as { fanoutLab?: unknown; done?: unknown } | null;
    if (read?.fanoutLab !== "progress" || !Array.isArray(read.done)) return wrong;
    markDone(...namesIn(read.done));
    return null;
  } catch {
    return wrong;
  }
}
