/**
 * npm calls this when the package is installed from its folder (`npm install -g .`, `npx lode` in a clone),
 * packed or published: dist/ is not committed, so it has to be built first.
 *
 * npm links a folder without installing its development packages, so set-up installs them. After `npm ci` and
 * `npm install` in the folder itself nothing more than the build is missing. In a copy that has no sources
 * (unpacked from the published package and installed from there) there is nothing to prepare.
 */
import { existsSync } from 'node:fs'

if (existsSync(new URL('../src', import.meta.url))) await import('./setup.mjs')
