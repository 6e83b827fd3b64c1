import type { FlagEntry } from './flag-table.js';
import {
  deniedFamilies,
  type Family,
  type FileNaming,
  fileFamilies,
  managedFamilies,
} from './option-families.js';

/** How an option is treated: set by llamactl, refused (and why), naming files to check, or passed on. */
export type OptionClass =
  | { readonly kind: 'managed' }
  | { readonly kind: 'denied'; readonly why: string }
  | { readonly kind: 'file'; readonly naming: FileNaming }
  | { readonly kind: 'plain' };

/**
 * The class of an option. All spellings of a flag have one class, the strictest of any of them.
 * @param names - Spellings without dashes, as far as they are known.
 * @param entry - The flag in the table of the build; null when there is no table.
 */
export function classOf(names: readonly string[], entry: FlagEntry | null): OptionClass {
  const known = names.flatMap((name) => families.get(name) ?? []);
  const strictest = strictness.flatMap((kind) => known.find((each) => each.kind === kind) ?? [])[0];
  if (strictest !== undefined) return strictest;
  if (names.some((name) => /^(log|cors)-/.test(name))) return { kind: 'managed' };
  const why = newDanger(names, entry);
  return why === null ? { kind: 'plain' } : { kind: 'denied', why };
}

/** All spellings of an entry, or the built-in ones of a name, without dashes. */
export function spellingsOf(name: string, entry: FlagEntry | null): readonly string[] {
  const known = familyOf.get(name) ?? [name];
  if (entry === null) return known;
  return [...new Set([...[...entry.flags, ...entry.negations].map(withoutDashes), ...known])];
}

/** `--log_file` → `log-file`: the server takes `_` for `-` in long flags. */
export function withoutDashes(flag: string): string {
  return flag.replace(/^-{1,2}/, '').replaceAll('_', '-');
}

const strictness: readonly OptionClass['kind'][] = ['managed', 'denied', 'file'];

const families = new Map<string, OptionClass>();
const familyOf = new Map<string, Family>();

function register(family: Family, optionClass: OptionClass): void {
  for (const name of family) {
    families.set(name, optionClass);
    familyOf.set(name, family);
  }
}

for (const [family, naming] of fileFamilies) register(family, { kind: 'file', naming });
for (const [why, members] of Object.entries(deniedFamilies))
  for (const family of members) register(family, { kind: 'denied', why });
for (const family of managedFamilies) register(family, { kind: 'managed' });

const dangerousNames: readonly (readonly [RegExp, string])[] = [
  [/(^|-)urls?(-|$)|^hf-|-hf(-|$)|^docker-|(^|-)repo(-|$)|download/, 'downloads'],
  // Presets bring a model of their own.
  [/^(?!spec-default$).+-default$|^fim-.+-spec$/, 'downloads'],
  [
    /(^|-)(tools?|agents?|mcp|rpc|proxy|exec|shell|script|plugins?|hooks?|command|cmd|ffmpeg)(-|$)/,
    'runs programs or reaches other machines',
  ],
  [/^(models|router)-/, 'turns the server into a router of its own models'],
  [/-(file|dir|path|folder)s?$|^ssl-|(^|-)save(-|$)/, 'reads or writes files'],
  [/^completion-|^list-/, 'makes the server print something and exit'],
];

/** Why a flag that llamactl does not know is refused: newer builds have more of the dangerous kinds. */
function newDanger(names: readonly string[], entry: FlagEntry | null): string | null {
  for (const [pattern, why] of dangerousNames)
    if (names.some((name) => pattern.test(name))) return why;
  if (entry === null) return null;
  if (
    /^\W*(F(ILE)?NAME|FILE|PATH|DIR|DIRECTORY|FOLDER|URL)\b|_(FILE|PATH|DIR|URL)\b/i.test(
      entry.value ?? '',
    )
  )
    return 'reads or writes files';
  const help = entry.description.replace(/\s+/g, ' ');
  if (/untrusted environments/i.test(help)) return 'runs programs or reaches other machines';
  if (/can download|\bdownload url/i.test(help)) return 'downloads';
  return /\band exit\b|^print\b/i.test(help) ? 'makes the server print something and exit' : null;
}
