/** Published results that are come to here as well: `fanout reproduce`. A result is a file and a line below. */
import { backoff } from "./backoff.ts";
import { bloom } from "./bloom.ts";
import { clusterSlots } from "./cluster-slots.ts";
import { deflateMemory } from "./deflate-memory.ts";
import { erlang } from "./erlang-c.ts";
import { headOfLine } from "./head-of-line.ts";
import { presenceNews } from "./presence-news.ts";
import { promises } from "./promises.ts";
import type { PublishedResult } from "./result.ts";
import { rollingDeploy } from "./rolling-deploy.ts";
import { slowestOfMany } from "./slowest-of-many.ts";
import { twoChoices } from "./two-choices.ts";

export const RESULTS: readonly PublishedResult[] = [
  headOfLine,
  backoff,
  twoChoices,
  rollingDeploy,
  clusterSlots,
  slowestOfMany,
  bloom,
  presenceNews,
  deflateMemory,
  promises,
  erlang,
];
