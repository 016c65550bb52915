import { huntIn } from "./hunt.ts";

huntIn("client");
