import { LuaFactory } from "wasmoon";
import type { Plugin } from "../entities.ts";
import { jsonAnswer, type Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { hostFunctions, type HostCall } from "./lua-host.ts";
import { LUA_PRELUDE } from "./lua-prelude.ts";

type Lua = {
  readonly compile: (id: string, count: number, ...code: readonly string[]) => void;
  readonly forget: (id: string) => void;
  /** Runs a plugin's functions; the text of an error, or an empty one. */
  readonly run: (id: string) => string;
  readonly close: () => void;
};

/**
 * Runs the functions of `pre-function` in the access phase, as Lua 5.4 (Kong has LuaJIT) in one sandboxed state. A plugin is compiled when it first runs, and again when it was changed.
 */
export class LuaPlugins {
  #lua: Promise<Lua> | undefined;
  #compiled = new Map<string, Plugin>();
  #call: HostCall | undefined;

  /** The answer of a plugin's functions, or undefined if they let the request pass. A Lua error is a 500. */
  async access(plugin: Plugin, exchange: Exchange): Promise<Answer | undefined> {
    const code = Array.isArray(plugin.config.access) ? plugin.config.access.map(String) : [];
    if (code.length === 0) return undefined;
    this.#lua ??= this.#start();
    const lua = await this.#lua;
    if (this.#compiled.get(plugin.id) !== plugin) {
      lua.compile(plugin.id, code.length, ...code);
      this.#compiled.set(plugin.id, plugin);
    }
    const { call, answer } = hostFunctions(exchange);
    this.#call = call;
    const problem = lua.run(plugin.id);
    return problem === "" ? answer() : jsonAnswer(500, { message: "An unexpected error occurred" });
  }

  /** Drops a plugin's compiled functions. */
  forget(id: string): void {
    if (this.#compiled.delete(id)) void this.#lua?.then((lua) => lua.forget(id));
  }

  /** Ends the Lua state. */
  async close(): Promise<void> {
    (await this.#lua)?.close();
  }

  async #start(): Promise<Lua> {
    const engine = await new LuaFactory().createEngine({ enableProxy: false });
    engine.global.set("__host", (what: string, ...args: unknown[]) => this.#call!(what, ...args));
    engine.doStringSync(LUA_PRELUDE);
    return {
      compile: engine.global.get("__compile") as Lua["compile"],
      forget: engine.global.get("__forget") as Lua["forget"],
      run: engine.global.get("__run") as Lua["run"],
      close: () => engine.global.close(),
    };
  }
}
