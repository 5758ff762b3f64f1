/** Ids that more than one screen puts on a button. The screen that listens to one is named before the dot. */
export const CONNECT = 'connect.open'
export const PREVIEW = 'preview.open'
export const RETRIEVE = 'retrieve.now'
export const STAKEHOLDERS = 'stakeholders.open'
export const SYNC_NOW = 'sync.open'
export const SYNC_SELECTED = 'choose.open'
