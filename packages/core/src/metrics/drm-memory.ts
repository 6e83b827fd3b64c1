import { readdir, readFile, readlink } from 'node:fs/promises';

/** One use of a GPU, which several files and processes may share. */
export interface DrmClient {
  /** Tells it from all others of this machine. */
  readonly key: string;
  /** Bytes of the GPU's own memory that it takes. */
  readonly bytes: number;
}

/** Where the system shows what it knows; for tests. */
export interface DrmPlaces {
  readonly proc: string;
  /** Folder of the devices that GPUs are used through. */
  readonly devices: string;
}

export const drmPlaces: DrmPlaces = { proc: '/proc', devices: '/dev/dri' };

/**
 * The uses that a process makes of GPUs whose drivers tell it, as those of AMD and Intel do. Source:
 * `/proc/PID/fdinfo`. Empty when nothing is told, or the process is gone.
 */
export async function readDrmClients(
  pid: number,
  { proc, devices }: DrmPlaces = drmPlaces,
): Promise<DrmClient[]> {
  const clients: DrmClient[] = [];
  const files = await readdir(`${proc}/${pid}/fd`).catch(() => []);
  for (const file of files) {
    // Most are sockets and model files, which are quicker told by where they lead.
    const target = await readlink(`${proc}/${pid}/fd/${file}`).catch(() => '');
    if (!target.startsWith(`${devices}/`)) continue;
    const text = await readFile(`${proc}/${pid}/fdinfo/${file}`, 'utf8').catch(() => '');
    const client = parseDrmFdinfo(text);
    if (client !== null) clients.push(client);
  }
  return clients;
}

/**
 * Reads what the kernel calls DRM client usage stats; null for a file that is none, or whose driver tells nothing of
 * the GPU's own memory. Memory of the machine that a GPU works in (`gtt`, `system`) is not counted.
 */
export function parseDrmFdinfo(text: string): DrmClient | null {
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/^(drm-[^\s:]+):\s*(.*?)\s*$/gm)) {
    fields.set(key, value);
  }
  const id = fields.get('drm-client-id');
  const regions = new Set([...fields.keys()].flatMap((key) => regionOf(key) ?? []));
  const sizes = [...regions].flatMap((region) => sizeIn(region, fields) ?? []);
  if (id === undefined || sizes.length === 0) return null;
  const key = `${fields.get('drm-driver')} ${fields.get('drm-pdev')} ${id}`;
  return { key, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** The part of the GPU's own memory that a field tells of: `vram` of amdgpu, `vram0` of xe, `local0` of i915. */
function regionOf(key: string): string | undefined {
  return /^drm-(?:resident|memory|total)-((?:vram|local)\d*)$/.exec(key)?.[1];
}

/** What lies there now, which older kernels call `memory`; where that is not told, what was asked for. */
function sizeIn(region: string, fields: ReadonlyMap<string, string>): number | null {
  for (const kind of ['resident', 'memory', 'total']) {
    const bytes = parseSize(fields.get(`drm-${kind}-${region}`) ?? '');
    if (bytes !== null) return bytes;
  }
  return null;
}

function parseSize(text: string): number | null {
  const [, digits, unit = ''] = /^(\d+)(?:\s*(KiB|MiB))?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * (unit === 'MiB' ? 2 ** 20 : unit === 'KiB' ? 2 ** 10 : 1);
}
