// What is aimed at, measure by measure, in the order people read it. What was reached is filled in by each evaluation.

export const AIMS = {
  'PetShop: right node first / in first three': '0.96 / 1.00',
  'PetShop without any history: first / in first three': '0.92 / 0.96',
  'PetShop, 49 normal hours: false incidents an hour / share of time covered': '≤ 0.10 / ≤ 0.02',
  'Online Boutique: right service first / in first three': '0.90 / 0.95',
  'Online Boutique without call edges: first / in first three': '0.62 / 0.70',
  'Online Boutique: F1 by the list / with free slots of the timetable set aside': '0.82 / 0.92',
  'Online Boutique: median delay in steps': '2',
  'Online Boutique, hours after the faults: false incidents an hour / share of time covered': '≤ 0.10 / ≤ 0.02',
  'TrainTicket: right service first / in first three': '0.75 / 0.94',
  'TrainTicket: F1': '0.80',
  'NAB: recall / false incidents a day': '0.87 / ≤ 0.11',
  'TVDiag: right instance first / in first three': 'above 0.51 / 0.82',
  'Kubernetes snapshots: right object first (macro)': '0.95',
  'Kubernetes snapshots: healthy ones left alone': '0.98',
  'opensre: category right': '0.85',
  'opensre: forbidden categories': '0',
  'opensre: healthy ones left alone': '1.00',
  'Two troubles apart: pairwise F1 / precision of grouping': '0.95 / 0.97',
  'Two troubles in one call graph: both named / single ones stay single': 'above 0.46 / 0.50',
  'Recordings side by side: pairwise F1 / precision of grouping': '0.95 / 0.97',
  'Two PetShop issues added: both named / single ones stay single': 'above 0.46 / 0.50',
  'Synthetic incidents: precision / recall of correlations': '0.95 / 0.90',
  'Confidence: expected calibration error': '≤ 0.05',
  'Confidence with whole kinds of fault left out of the fit': '≤ 0.15',
  'Confidence at the abstention point: precision / share answered': '≥ 0.90 / -',
} as const

export type Aim = keyof typeof AIMS
