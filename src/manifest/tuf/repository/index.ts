/** The repository side of TUF: build, delegate, sign, rotate, publish. The client side imports nothing of it. */

export {
  delegateTufBins,
  distributeTufTargets,
  type TufBinNaming,
  type TufBinsInput,
  tufBinNames,
} from "./bins.ts";
export {
  buildTufRoot,
  buildTufSnapshot,
  buildTufTargets,
  buildTufTimestamp,
  bumpTufVersion,
  describeTufFile,
  type TufRootInput,
  type TufSignedInput,
  type TufSnapshotInput,
  type TufTimestampInput,
  tufSpecVersion,
} from "./build-metadata.ts";
export * from "./build-repository.ts";
export { delegateTufRole, type TufDelegationInput, undelegateTufRole } from "./delegate.ts";
export { encodeTufMetadata } from "./encode-metadata.ts";
export * from "./expiry-report.ts";
export * from "./plan-rotation.ts";
export * from "./publish.ts";
export { type TufRepositoryReasonCode, tufRepositoryReasonCodes } from "./reasons.ts";
export { readTufRepository, type TufFiles, type TufFileView, type TufRepositoryView } from "./repository-view.ts";
export { type TufRoleKeys, tufQuorum, tufRootQuorums } from "./role-keys.ts";
export * from "./rotate-root.ts";
export * from "./sign-metadata.ts";
export {
  addTufTarget,
  addTufTargets,
  type DescribeTargetOptions,
  describeTufTarget,
  removeTufTargets,
} from "./target-files.ts";
export * from "./update-repository.ts";
export type { TufMetadataUpload, TufTargetUpload, TufUpload } from "./upload-order.ts";
