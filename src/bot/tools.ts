import type { WebClient } from '@slack/web-api'
import type { Config } from '../config.ts'

/** What screens may set off beside answering: messages elsewhere, and Home tabs of others. */
export type Tools = {
  /** Our own address, where the linking window is. */
  publicUrl: string
  supportChannel: Config['supportChannel']
  /** Brings the living message about a retrieval or a sync, and open Home tabs, up to date. */
  announce(companyId: string, subject: string): Promise<void>
  /** @param only the one connection to show of several */
  publishHome(home: {
    companyId: string
    teamId: string
    userId: string
    slack: WebClient
    only?: string | null
  }): Promise<void>
}
