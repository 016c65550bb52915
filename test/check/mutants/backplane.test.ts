import { huntIn } from "./hunt.ts";

huntIn("backplane");
