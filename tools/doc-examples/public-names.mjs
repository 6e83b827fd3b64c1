import { relative } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from './compiler-options.mjs';

/**
 * @typedef {object} DocExample
 * @property {string} where Path and line, as in `packages/client/src/options.ts:7`.
 * @property {string} code
 *
 * @typedef {object} PublicName
 * @property {string} name As in `LlamactlClient.login`.
 * @property {string} where
 * @property {readonly DocExample[]} examples
 */

/**
 * What a module exports, with the examples in the comments: each name that is declared under `home`, each value from
 * elsewhere, and, of the classes in `withMembers`, each public member, inherited ones too.
 * @param {string} entry
 * @param {{ root: string, home: string, withMembers: readonly string[] }} options
 * @returns {PublicName[]}
 */
export function publicNames(entry, { root, home, withMembers }) {
  const program = ts.createProgram([entry], compilerOptions());
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) return [];
    const isOurs = declaration.getSourceFile().fileName.startsWith(home);
    if (!isOurs && !(symbol.flags & ts.SymbolFlags.Value)) return [];
    const own = named(exported.name, symbol, root);
    if (!withMembers.includes(exported.name)) return [own];
    const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
    const open = members.filter(isPublic);
    return [own, ...open.map((member) => named(`${exported.name}.${member.name}`, member, root))];
  });
}

/** @param {import('typescript').Symbol} symbol */
function isPublic({ declarations = [], name }) {
  const [first] = declarations;
  if (first === undefined || name.startsWith('#') || name.startsWith('__#')) return false;
  const closed = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(first) & closed) === 0;
}

/**
 * @param {string} name
 * @param {import('typescript').Symbol} symbol
 * @param {string} root
 * @returns {PublicName}
 */
function named(name, { declarations = [] }, root) {
  const tags = declarations.flatMap((declaration) => [...ts.getJSDocTags(declaration)]);
  const examples = tags.filter(({ tagName }) => tagName.text === 'example');
  return {
    name,
    where: declarations[0] === undefined ? '' : placeOf(declarations[0], root),
    examples: examples.map((tag) => ({
      where: placeOf(tag, root),
      code: withoutFence(ts.getTextOfJSDocComment(tag.comment) ?? ''),
    })),
  };
}

/**
 * @param {import('typescript').Node} node
 * @param {string} root
 */
function placeOf(node, root) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, source.fileName)}:${line + 1}`;
}

/** @param {string} text */
function withoutFence(text) {
  return text.replace(/^```\w*\n?/, '').replace(/\n?```\s*$/, '');
}
