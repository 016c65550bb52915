import { test } from "vitest"; import { measureFps } from "./fps.ts";
test("fps",async()=>{for (const pace of ["slow-10","real","follow"]) console.log(pace, JSON.stringify(await measureFps({pace, seconds:6})));},120000);
