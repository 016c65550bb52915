import { huntIn } from "./hunt.ts";

huntIn("delivery");
