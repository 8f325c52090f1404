// Fields that Sentry always answers and no recording speaks of: as they are in an account where nobody has used the feature.

export const unspokenOfIssues = {
  shareId: null,
  logger: null,
  statusDetails: {},
  isPublic: false,
  numComments: 0,
  assignedTo: null,
  annotations: [],
  isBookmarked: false,
  isSubscribed: false,
  subscriptionDetails: null,
  hasSeen: false,
  priority: 'medium',
  priorityLockedAt: null,
  seerFixabilityScore: null,
  seerAutofixLastTriggered: null,
  seerExplorerAutofixLastTriggered: null,
}

export const unspokenOfOneIssue = { activity: [], seenBy: [], participants: [], userReportCount: 0 }

export const unspokenOfListedIssues = { filtered: null, matchingEventId: null, matchingEventEnvironment: null }

export const unspokenOfEvents = {
  packages: {},
  errors: [],
  size: 1000,
  dist: null,
  sdk: null,
  occurrence: null,
  _meta: {},
  userReport: null,
  sdkUpdates: [],
  resolvedWith: [],
}

export const unspokenOfProjects = {
  team: null,
  teams: [],
  isBookmarked: false,
  isMember: true,
  access: ['event:read', 'org:read', 'project:read'],
  hasAccess: true,
  dateCreated: '2020-01-01T00:00:00Z',
  firstEvent: null,
  firstTransactionEvent: false,
  latestRelease: null,
  platforms: [],
  features: ['releases'],
  hasFeedbacks: false,
  hasFlags: false,
  hasInsightsAgentMonitoring: false,
  hasInsightsAppStart: false,
  hasInsightsAssets: false,
  hasInsightsCaches: false,
  hasInsightsDb: false,
  hasInsightsHttp: false,
  hasInsightsMCP: false,
  hasInsightsQueues: false,
  hasInsightsScreenLoad: false,
  hasInsightsVitals: false,
  hasLogs: false,
  hasMinifiedStackTrace: false,
  hasMonitors: false,
  hasNewFeedbacks: false,
  hasProfiles: false,
  hasReplays: false,
  hasSessions: false,
  hasTraceMetrics: false,
  hasUserReports: false,
}

export const unspokenOfReleases = {
  status: 'open',
  ref: null,
  url: null,
  data: {},
  owner: null,
  commitCount: 0,
  lastCommit: null,
  deployCount: 0,
  lastDeploy: null,
  authors: [],
}

export const unspokenOfReleasedProjects = {
  newGroups: 0,
  platform: 'other',
  platforms: ['other'],
  hasHealthData: false,
}
