import * as z from 'zod';
import { Category, ProviderId, Stage, Text } from '../../regions/schema.ts';
import { ActingFor } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';

/**
 * What a course is about (domain.md row 11). The same list in every region, beside stages and categories and
 * unlike groups or areas: figures of partners are compared by it, and pages have a word for each in each language.
 */
export const subjects = [
  'korean',
  'mathematics',
  'english',
  'social-studies',
  'history',
  'science',
  'coding',
  'it',
  'accounting',
  'music',
  'art',
  'sport',
  'chinese',
  'japanese',
  'other-languages',
  'certificates',
  'reading',
  'career',
  'other',
] as const;
export const Subject = z.enum(subjects);
export type Subject = z.infer<typeof Subject>;

/** In what form it comes (domain.md row 11). */
export const formats = [
  'lecture-series',
  'exercise',
  'mock-exam',
  'game',
  'cartoon',
  'e-book',
  'audio-book',
  'project',
] as const;
export const Format = z.enum(formats);

/** The provider's own name for a course, by which a list can be compared with the one before. */
export const CourseCode = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,39}$/)
  .meta({ examples: ['MATH-7-01'] });

export const Course = z.strictObject({
  code: CourseCode,
  title: Text,
  stage: Stage,
  category: Category,
  subject: Subject,
  format: Format,
  hours: z.number().positive().exactOptional(),
});
export type Course = z.infer<typeof Course>;

/** A course as a learner sees it: in their language. */
export const CourseView = Course.extend({
  title: z.string().meta({ examples: ['정수와 유리수'] }),
  providerId: ProviderId,
  hours: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'Hours that it takes', examples: [12] }),
});
export type CourseView = z.infer<typeof CourseView>;

/** What a learner looks for. */
export const CourseQuery = ActingFor.extend({
  stage: Stage.optional().meta({ description: 'Another stage than yours' }),
  category: Category.optional().meta({ description: 'Only courses for this place' }),
  subject: Subject.optional().meta({ description: 'Only courses about this' }),
  format: Format.optional().meta({ description: 'Only courses in this form' }),
  providerId: ProviderId.optional().meta({ description: 'Only courses of this provider' }),
  q: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'Words of the title, each of them, in any language', examples: ['정수'] }),
  cursor: z.string().max(500).optional().meta({ description: 'The `cursor` of the page before' }),
});
export type CourseQuery = z.infer<typeof CourseQuery>;

/** What a cursor stands for: where in which row a page begins. */
export const Bookmark = z.strictObject({
  providerId: ProviderId,
  /** Of the provider's list. */
  version: z.uuid(),
  category: Category,
  row: z.int().min(0),
  /** Courses of the row that were on the page before. */
  at: z.int().min(0),
});
export type Bookmark = z.infer<typeof Bookmark>;

export const courseRoutes = {
  listCourses: {
    method: 'GET',
    path: '/courses',
    access: { pool: 'public' },
    summary: 'Courses of the providers for your stage, by category, subject, format or words',
    description:
      'A page may hold fewer courses than the next, or none, and still have a `cursor`: read on until there is none. A provider’s list that is replaced meanwhile is begun anew.',
    query: CourseQuery,
    answers: {
      status: 200,
      body: z.strictObject({
        stage: Stage,
        courses: z.array(CourseView),
        cursor: z.string().optional().meta({ description: 'For the next page; absent: the end' }),
      }),
    },
    refusals: { 422: ['profile-required'] },
  },
  replaceCourses: {
    method: 'PUT',
    path: '/providers/{providerId}/courses',
    access: { pool: 'staff', roles: ['administrator', 'coordinator'] },
    summary: 'Put a provider’s whole list of courses in the place of the one before, from CSV',
    description:
      'All of the list or none of it: what is wrong is named at once, line by line. Nobody sees a part of it. Learners of every area choose from it, so it is for staff of the whole region; who did it is in the audit trail.',
    params: z.strictObject({
      providerId: ProviderId.meta({ description: 'Whose list, by the id in the region file' }),
    }),
    text: {
      mediaType: 'text/csv',
      // 5,000 courses of 200 bytes.
      largestBytes: 1_048_576,
      description: `The first line names the columns, in any order: \`code\`, \`title_<language>\` for each language of the region, \`stage\`, \`category\`, \`subject\` (${subjects.join(', ')}), \`format\` (${formats.join(', ')}) and, if you like, \`hours\`. UTF-8, at most 5,000 courses.`,
      example:
        'code,title_ko,title_en,stage,category,subject,format,hours\nMATH-7-01,정수와 유리수,Integers and rationals,middle,subject,mathematics,lecture-series,12\n',
    },
    answers: {
      status: 200,
      body: z.strictObject({
        providerId: ProviderId,
        courses: z
          .int()
          .min(0)
          .meta({ description: 'How many there are now', examples: [140] }),
      }),
    },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-provider'],
      422: ['courses-refused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
