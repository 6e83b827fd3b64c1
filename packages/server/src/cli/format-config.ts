import type { Config } from '@llamactl/contract';
import { Document, isCollection, type Node } from 'yaml';
import type { CurrentSettings } from '../config/config-source.js';
import { maskConfig } from '../config/mask-config.js';
import { leavesOf } from '../config/plain-data.js';

/** A configuration as YAML, secrets masked, with a comment on each setting that says where it comes from. */
export function formatConfig(
  config: Config,
  { file, secretPaths, decidingPart }: CurrentSettings,
): string {
  const shown = maskConfig(config, secretPaths);
  const document = new Document(shown);
  for (const { path } of leavesOf(shown)) {
    const node = document.getIn(path, true) as Node;
    if (isCollection(node)) node.flow = true;
    const part = decidingPart(path);
    node.comment = ` ${part === undefined ? 'default' : part.by === 'file' ? 'file' : part.name}`;
  }
  const read = file?.text == null ? 'No configuration file was found.' : `File: ${file.path}`;
  document.commentBefore = ` ${read}`;
  return document.toString({ lineWidth: 0 });
}
