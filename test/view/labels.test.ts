import { describe, expect, it } from "vitest";
import { LabelRoom } from "../../src/view/labels.ts";

describe("labels of packets", () => {
  it("give way to those already drawn, and do not repeat them", () => {
    const room = new LabelRoom();
    expect(room.place("400", 100, 50, 10, -1)).toBe(50);
    expect(room.place("101", 104, 52, 10, -1)).toBe(37);
    expect(room.place("400", 101, 50, 10, -1)).toBeNaN();
    expect(room.place("A", 100, 50, 4, 0)).toBeNaN();
    expect(room.place("GET", 140, 50, 12, -1)).toBe(50);
    expect(room.place("ping", 100, 52, 10, 1)).toBe(63);
    room.clear();
    expect(room.place("101", 104, 52, 10, -1)).toBe(52);
  });

  it("never overlap, however many there are", () => {
    const room = new LabelRoom();
    const drawn: number[] = [];
    for (let i = 0; i < 500; i++) {
      const y = room.place(String(i), 100, 50, 10, 1);
      if (!Number.isNaN(y)) drawn.push(y);
    }
    expect(drawn).toEqual([50, 63, 76, 89]);
  });
});
