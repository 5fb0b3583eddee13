import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseProtocol } from './protocol-source.ts'
import { emitCodes, emitProcedures } from './protocol-target.ts'

/** What `npm run generate` writes beside protocol.txt: file name → text. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const protocol = parseProtocol(await readFile(inThisFolder('protocol.txt'), 'utf8'))
  return { 'procedures.gen.ts': emitProcedures(protocol), 'codes.gen.ts': emitCodes(protocol) }
}

function inThisFolder(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await generatedFiles())) await writeFile(inThisFolder(name), text)
}
