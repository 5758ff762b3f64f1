import type { CatalogueField, ProviderClient } from '../provider.ts'
import { readDatasetFields } from './bamboohr-fields.ts'
import { requestedNames, resolveLayout } from './bamboohr-layout.ts'
import { readChoices, readMeta } from './bamboohr-meta.ts'

/** What can be asked for besides the standard fields. */
export async function catalogue(client: ProviderClient): Promise<readonly CatalogueField[]> {
  const fields = await readDatasetFields(client)
  const meta = await readMeta(client, fields)
  const choices = await readChoices(client, fields)
  const standard = new Set(requestedNames(resolveLayout(fields, [])))
  return fields
    .filter(({ name }) => !standard.has(name))
    .map(({ name, label, parentName }) => ({
      id: name,
      label: label.trim() || name,
      type: meta.get(name)?.type ?? 'text',
      category: parentName?.trim() || null,
      choices: choices && (choices.get(name) ?? []),
      deprecated: meta.get(name)?.deprecated ?? false,
    }))
}
