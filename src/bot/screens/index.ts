import type { Listener } from '../listener.ts'
import type { Tools } from '../tools.ts'
import { configureListeners } from './configure.ts'
import { configureFieldsListeners } from './configure-fields.ts'
import { configureLimitsListeners } from './configure-limits.ts'
import { connectListeners } from './connect.ts'
import { datasyncListeners } from './datasync.ts'
import { decisionListeners } from './decision.ts'
import { decisionsListeners } from './decisions.ts'
import { disconnectListeners } from './disconnect.ts'
import { fieldCardListeners } from './field-card.ts'
import { heldListeners } from './held.ts'
import { historyListeners } from './history.ts'
import { homeListeners } from './home.ts'
import { lostFieldsListeners } from './lost-fields.ts'
import { personListeners } from './person.ts'
import { previewListeners } from './preview.ts'
import { requestedListeners } from './requested.ts'
import { resolveListeners } from './resolve.ts'
import { retrieveListeners } from './retrieve.ts'
import { stakeholderListeners } from './stakeholder.ts'
import { stakeholdersListeners } from './stakeholders.ts'
import { syncCardListeners } from './sync-card.ts'
import { syncNowListeners } from './sync-now.ts'
import { syncSelectedListeners } from './sync-selected.ts'
import { undoListeners } from './undo.ts'
import { whyListeners } from './why.ts'

/** Every screen there is. A screen that is not in this list is never heard. */
export const screenListeners = (tools: Tools): Listener[] => [
  ...datasyncListeners(tools),
  ...homeListeners(tools),
  ...connectListeners(tools),
  ...disconnectListeners(tools),
  ...retrieveListeners(tools),
  ...configureListeners(tools),
  ...configureFieldsListeners(tools),
  ...configureLimitsListeners(tools),
  ...requestedListeners(tools),
  ...fieldCardListeners(tools),
  ...previewListeners(),
  ...personListeners(tools),
  ...syncNowListeners(tools),
  ...syncCardListeners(tools),
  ...syncSelectedListeners(),
  ...heldListeners(),
  ...lostFieldsListeners(tools),
  ...resolveListeners(),
  ...decisionListeners(tools),
  ...decisionsListeners(tools),
  ...undoListeners(tools),
  ...historyListeners(),
  ...whyListeners(),
  ...stakeholdersListeners(),
  ...stakeholderListeners(),
]
