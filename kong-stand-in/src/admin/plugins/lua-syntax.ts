import { LuaFactory, type LuaEngine } from "wasmoon";

let engine: LuaEngine | undefined;

/** Starts the Lua engine that lua syntax is checked with; once for a process. */
export async function loadLua(): Promise<void> {
  engine ??= await new LuaFactory().createEngine();
}

/** Why the text is no Lua chunk, in the words of Kong's Lua; undefined if it compiles. Needs loadLua before. */
export function luaFault(source: string): string | undefined {
  if (engine === undefined) throw new Error("loadLua has not been awaited");
  engine.global.set("source", source);
  const error: unknown = engine.doStringSync('local _, err = load(source, source, "t") return err');
  return typeof error === "string" ? error.replaceAll("near <eof>", "near '<eof>'") : undefined;
}
