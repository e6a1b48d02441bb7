import { fileURLToPath } from "node:url";

/** The folder of this checkout. */
export const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/** The namespace that our controller runs in, and so the system namespace. */
export const SYSTEM_NAMESPACE = "kong-system";

/** The service account of our controller. */
export const SERVICE_ACCOUNT = "domain-claims";
