import type { Listener } from '../listener.ts'
import type { Tools } from '../tools.ts'
import { connectListeners } from './connect.ts'
import { datasyncListeners } from './datasync.ts'
import { homeListeners } from './home.ts'
import { previewListeners } from './preview.ts'
import { retrieveListeners } from './retrieve.ts'
import { stakeholdersListeners } from './stakeholders.ts'
import { syncCardListeners } from './sync-card.ts'
import { syncNowListeners } from './sync-now.ts'
import { syncSelectedListeners } from './sync-selected.ts'

/** Every screen there is. A screen that is not in this list is never heard. */
export const screenListeners = (tools: Tools): Listener[] => [
  ...datasyncListeners(tools),
  ...homeListeners(tools),
  ...connectListeners(tools),
  ...retrieveListeners(tools),
  ...previewListeners(),
  ...syncNowListeners(tools),
  ...syncCardListeners(tools),
  ...syncSelectedListeners(),
  ...stakeholdersListeners(),
]
