/** Things of the region as a whole: whose area somebody serves does not matter. Each with a value that can be read. */
export const regions: Readonly<Record<string, string>> = {
  mentorId: `mnt_${'0'.repeat(26)}`,
  staffId: `stf_${'0'.repeat(26)}`,
  roundId: `rnd_${'0'.repeat(26)}`,
  /** A conflict of guardians: nobody knows the area before there is a profile. */
  consentId: `cns_${'0'.repeat(26)}`,
  partnerId: 'nobody',
  providerId: 'wayfarer',
  groupId: 'low-income',
  evidenceId: 'income-certificate',
  /** Public by its purpose: whoever holds a certificate shows it. */
  code: `crt_${'0'.repeat(26)}`,
  /** A receipt without a name, for whoever was given it. */
  deletionId: `del_${'0'.repeat(26)}`,
  /** Opaque; whoever does not serve the whole region is told nothing of any. */
  accountId: `acc_${'0'.repeat(26)}`,
  /** The provider's own name of an account. */
  remoteId: 'user-4711',
  place: 'subject',
  /** What staff chose of a tool is the region's, and its course is the tool's. */
  contentId: `cnt_${'0'.repeat(26)}`,
  contextId: `ctx_${'0'.repeat(26)}`,
  file: 'index.html',
};

/** Things that belong to a learner, and by the learner to an area: here with ids that nobody has. */
export const nobodys = {
  learnerId: `lrn_${'0'.repeat(26)}`,
  applicationId: `app_${'0'.repeat(26)}`,
  paperId: `ppr_${'0'.repeat(26)}`,
  requestId: `req_${'0'.repeat(26)}`,
  mentorshipId: `msh_${'0'.repeat(26)}`,
  sessionId: `ses_${'0'.repeat(26)}`,
  appointmentId: `apt_${'0'.repeat(26)}`,
  reportId: `rpt_${'0'.repeat(26)}`,
  areaId: 'nowhere',
};
export type Things = Readonly<Partial<Record<keyof typeof nobodys, string>>>;

/** Whether a name is that of something which belongs to a learner. */
export const isThing = (name: string): name is keyof typeof nobodys => name in nobodys;
