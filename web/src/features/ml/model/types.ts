/** The recommender, as its operators' calls tell it: read from the server's own description. */
import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type Job = Schemas['ModelJobOut'];
export type JobKind = Job['kind'];
export type Failure = Schemas['FailureOut'];
export type ModelStatus = Schemas['ModelStatusOut'];
export type Model = Schemas['ModelOut'];
export type Measure = Schemas['MeasureOut'];
export type Evaluation = Schemas['EvaluationOut'];
export type Clustering = Schemas['ClusteringOut'];
export type Groups = Schemas['GroupsOut'];
export type Group = Schemas['GroupOut'];
export type Point = Schemas['PointOut'];
export type Live = Schemas['LiveOut'];
export type Drift = Schemas['DriftOut'];
export type Suggestions = Schemas['SuggestionsOut'];
export type Suggestion = Schemas['SuggestionOut'];
export type PastRating = Schemas['RatingOut'];

export function isOpen(job: Pick<Job, 'status'>): boolean {
  return job.status === 'waiting' || job.status === 'running';
}
