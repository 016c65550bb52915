import { describe, expect, it } from "vitest";
import { LabelRoom } from "../../src/view/stage/labels.ts";

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

  it("cover nothing that is written on the stage, in any frame: they go to the other side of their packet", () => {
    const room = new LabelRoom();
    room.reserve([{ x: 100, y: 50, halfWidth: 30, halfHeight: 5 }]);
    for (let frame = 0; frame < 2; frame++) {
      room.clear();
      expect(room.place("GET", 100, 52, 10, -1)).toBeNaN();
      expect(room.place("GET", 100, 52, 10, -1, 80)).toBe(80);
      expect(room.place("POST", 100, 52, 10, -1, 80)).toBe(93);
      expect(room.place("ping", 145, 50, 12, 1)).toBe(50);
      // A letter lies on its packet, which covers the text anyway.
      expect(room.place("A", 120, 50, 4, 0)).toBe(50);
    }
    room.reserve([]);
    expect(room.place("GET", 100, 52, 10, -1)).toBe(52);
  });

  it("cover no packet of the frame", () => {
    const room = new LabelRoom();
    room.block(100, 50, 8, 8);
    expect(room.place("GET", 104, 45, 10, -1)).toBeNaN();
    expect(room.place("A", 100, 50, 4, 0)).toBe(50);
    room.clear();
    expect(room.place("GET", 104, 45, 10, -1)).toBe(45);
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
