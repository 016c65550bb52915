import { huntIn } from "./hunt.ts";

huntIn("server");
