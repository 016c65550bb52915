/** What the trace speaks of, as it is declared: numbers that traces of yesterday have, and nothing without a frame. */
import { expect, test } from "vitest";
import { frameOfPacket, frameOfRequest } from "../../src/model/fate/cargo.ts";
import { Packet } from "../../src/model/network/packets.ts";
import { carriesData, FRAME_LIST, FrameKind, subjectKind } from "../../src/model/trace/frames.ts";
import {
  at,
  RECORD_NAMES,
  RecordKind,
  type Records,
  RequestKind,
  readerOf,
  type Value,
} from "../../src/model/trace/records.ts";

test("a kind keeps its number: fingerprints hash it", () => {
  expect(Object.entries(RecordKind).map(([name, number]) => `${number} ${name}`)).toEqual([
    "0 frame",
    "1 message",
    "2 copy",
    "3 delivered",
    "4 duplicated",
    "5 lost",
    "6 transition",
    "7 request",
    "8 response",
    "9 connected",
    "10 disconnected",
    "11 fault",
    "12 upgraded",
    "13 idleClosed",
    "14 ended",
    "15 rooted",
    "16 open",
    "17 turnedAway",
    "18 queued",
    "19 recovery",
    "20 channelSent",
    "21 channelArrived",
    "22 read",
    "23 receipt",
    "24 tried",
    "25 done",
    "26 recognised",
    "27 settled",
    "28 online",
    "29 listed",
    "30 billed",
    "31 context",
    "32 news",
    "33 looking",
    "34 written",
    "35 neverWritten",
    "36 published",
    "37 shownBefore",
    "38 marked",
    "39 exited",
    "40 handedOn",
    "41 work",
    "42 buffered",
    "43 backlog",
    "44 taken",
    "45 relisted",
    "46 wentFirst",
  ]);
  expect(Object.entries(FrameKind).map(([name, number]) => `${number} ${name}`)).toEqual([
    "0 emit",
    "1 deliver",
    "2 publish",
    "3 push",
    "4 ping",
    "5 pong",
    "6 handshakeGet",
    "7 pollGet",
    "8 post",
    "9 upgradeGet",
    "10 httpOk",
    "11 httpError",
    "12 switching",
    "13 control",
    "14 close",
    "15 resend",
    "16 subscribe",
    "17 plainPost",
    "18 webtransportConnect",
    "19 keepalive",
    "20 longPollGet",
    "21 eventsGet",
    "22 streamOpen",
    "23 handOver",
    "24 byChannel",
    "25 receipt",
    "26 refusal",
    "27 ack",
    "28 announce",
    "29 withdraw",
    "30 answer",
    "31 snapshotGet",
    "32 gossip",
    "33 onlineRows",
    "34 answered",
    "35 read",
    "36 healthCheck",
    "37 healthAnswer",
    "38 disconnect",
    "39 lookUp",
    "40 lookedUp",
    "41 register",
  ]);
});

test("every packet and every request is declared to be a frame: one each way, unless it is a message", () => {
  for (const [name, packet] of Object.entries(Packet)) {
    const frames = FRAME_LIST.filter(({ packets = [] }) => packets.some((one) => one === name));
    expect(frames.length, name).toBe(name === "message" ? 2 : 1);
    // What is acknowledged goes up, and its acknowledgement down.
    for (const up of [true, false])
      if (name !== (up ? "ack" : "task"))
        expect(frames.map(({ number }) => number)).toContain(frameOfPacket(packet, up));
  }
  expect(frameOfPacket(Packet.message, true)).toBe(FrameKind.emit);
  expect(frameOfPacket(Packet.message, false)).toBe(FrameKind.deliver);
  for (const [name, request] of Object.entries(RequestKind)) {
    const frames = FRAME_LIST.filter(({ requests = [] }) => requests.some((one) => one === name));
    expect(frames.map(({ number }) => number)).toEqual([frameOfRequest(request)]);
  }
});

test("application data is what has a message or a copy for its subject", () => {
  const data = FRAME_LIST.filter(({ number }) => carriesData(number));
  expect(data.map(({ label, number }) => [label, subjectKind(number)])).toEqual([
    ["message", "message"],
    ["copy", "copy"],
    ["publish", "message"],
    ["push", "message"],
    ["copy, for a channel", "copy"],
    ["copy, by a channel", "copy"],
    ["answer", "message"],
  ]);
});

test("a reader finds what a record is about in its column, and −1 where it is about none", () => {
  const row = { a: 10, b: 11, c: 12, d: 13, e: 14 };
  const about = (...values: readonly Value[]) => {
    const read = readerOf(...values);
    return Object.fromEntries(
      RECORD_NAMES.flatMap((name) => {
        const kind = Uint8Array.of(RecordKind[name]);
        const columns = Object.entries(row).map(([letter, value]) => [letter, Int32Array.of(value)]);
        const value = read(
          { timeUs: Float64Array.of(0), kind, ...Object.fromEntries(columns) } as Records,
          0,
        );
        return value < 0 ? [] : [[name, value]];
      }),
    );
  };
  expect(about("cause")).toEqual({ lost: row[at.lost.cause] });
  expect(about("status")).toEqual({ response: row[at.response.status] });
  expect(about("client")).toEqual({
    message: row.b,
    copy: row.c,
    delivered: row.c,
    duplicated: row.c,
    lost: row.e,
    request: row.b,
    response: row.b,
    connected: row.a,
    disconnected: row.a,
    upgraded: row.a,
    idleClosed: row.b,
    turnedAway: row.d,
    queued: row.b,
    recovery: row.a,
    channelSent: row.c,
    channelArrived: row.c,
    read: row.c,
    receipt: row.c,
    tried: row.b,
    done: row.c,
    settled: row.b,
    online: row.a,
    listed: row.a,
    context: row.a,
    news: row.a,
    shownBefore: row.c,
    work: row.c,
    buffered: row.b,
  });
});
