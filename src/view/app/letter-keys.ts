/** Whether keys that are a letter or a sign are obeyed: what the reader has chosen in the help. */
const LETTERS = "fanout-letter-keys";

export function obeysLetters(): boolean {
  try {
    return localStorage.getItem(LETTERS) !== "off";
  } catch {
    return true;
  }
}

export function obeyLetters(isOn: boolean): void {
  try {
    localStorage.setItem(LETTERS, isOn ? "on" : "off");
  } catch {
    // Private windows may refuse; then they stay on.
  }
}
