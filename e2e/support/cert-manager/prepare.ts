import { onStderr } from "../progress.ts";
import { certManagerPrograms } from "./programs.ts";

// For `make test`: sees to it that cert-manager, Pebble and the DNS server are there, which takes minutes the first time.

try {
  onStderr(`cert-manager is ${(await certManagerPrograms()).certManager}`);
} catch (error) {
  onStderr(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
