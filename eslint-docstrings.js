/**
 * Two rules about what the docstring of an exported function has to tell its caller: that it throws (`Throws X where ...`,
 * `Rejects ...`), and when the answer is `undefined`; public methods of exported classes count as functions. What was thrown
 * to a function, and what is thrown by the functions that it makes, is not looked for.
 */

/** `Throws ...` where the body has a `throw` that no `catch` of its own takes. */
const throws = rule("its docstring does not say when {{name}} throws (or rejects)", (visit) => ({
  ThrowStatement: (node) => {
    if (!isCaught(node) && !isPassedOn(node)) visit(enclosing(node), /\b(throws?|rejects?)\b/i);
  },
}));

/** `Undefined where ...` where the return type has `undefined` in it. */
const absent = rule("its docstring does not say when {{name}} answers undefined", (visit) => {
  const look = (node) => {
    if (mayBeUndefined(node.returnType?.typeAnnotation)) visit(node, /\bundefined\b/i);
  };
  return { FunctionDeclaration: look, FunctionExpression: look, ArrowFunctionExpression: look };
});

/** The rules, as a plugin of ESLint. */
export const docstrings = { rules: { throws, absent } };

function rule(message, listeners) {
  return {
    meta: { type: "problem", schema: [], messages: { unsaid: message } },
    create: ({ report, sourceCode }) => {
      const reported = new Set();
      return listeners((fn, said) => {
        const place = fn === undefined ? undefined : exported(fn);
        if (place === undefined || reported.has(fn)) return;
        const comment = sourceCode.getCommentsBefore(place.documented).at(-1);
        if (comment?.type === "Block" && said.test(comment.value)) return;
        reported.add(fn);
        report({ node: place.named, messageId: "unsaid", data: { name: sourceCode.getText(place.named) } });
      });
    },
  };
}

/** Where an exported function has its docstring and its name; undefined for one that is not exported by name. */
function exported(fn) {
  const { parent } = fn;
  if (fn.type === "FunctionDeclaration") {
    return parent.type === "ExportNamedDeclaration" ? { documented: parent, named: fn.id } : undefined;
  }
  if (parent.type === "VariableDeclarator" && parent.parent.parent.type === "ExportNamedDeclaration") {
    return { documented: parent.parent.parent, named: parent.id };
  }
  const isPublic =
    parent.type === "MethodDefinition" && parent.key.type === "Identifier" && parent.kind !== "constructor";
  return isPublic && parent.parent.parent.parent.type === "ExportNamedDeclaration"
    ? { documented: parent, named: parent.key }
    : undefined;
}

/** The innermost function that the node is in. */
function enclosing(node) {
  let at = node.parent;
  while (at !== null && !isFunction(at)) at = at.parent;
  return at ?? undefined;
}

function isCaught(node) {
  for (let at = node; !isFunction(at.parent ?? at) && at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (parent.type === "TryStatement" && parent.block === at && parent.handler !== null) return true;
  }
  return false;
}

/** `catch (error) { ...; throw error; }`. */
function isPassedOn({ argument, parent }) {
  let at = parent;
  while (at !== null && at.type !== "CatchClause" && !isFunction(at)) at = at.parent;
  return argument.type === "Identifier" && at?.type === "CatchClause" && at.param?.name === argument.name;
}

function isFunction({ type }) {
  return ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(type);
}

function mayBeUndefined(type) {
  if (type?.type === "TSUnionType") return type.types.some(({ type: part }) => part === "TSUndefinedKeyword");
  const isPromise = type?.type === "TSTypeReference" && type.typeName.name === "Promise";
  return isPromise && mayBeUndefined(type.typeArguments?.params[0]);
}
