import { huntIn } from "./hunt.ts";

huntIn("recovery");
