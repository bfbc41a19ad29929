import { withoutMembers } from './members.ts';
import { markPure } from './pure-constants.ts';

interface Cut {
  readonly module: RegExp;
  /** Of its classes, what no function of ours calls. */
  readonly methods?: string;
  /** Text that stands in it exactly once, and what stands there instead. */
  readonly texts?: readonly (readonly [before: string, after: string])[];
  /** Lines of it that are left out, each for its like. */
  readonly lines?: RegExp;
  /** Its constants that nobody uses are left out (`pure-constants.ts`). */
  readonly isPure?: boolean;
}

const refusal = "throw new Error('lib/support/cuts.ts leaves this out of functions');";

/** Where these texts stand once, the statement after them. */
function after(texts: readonly string[], statement: string) {
  return texts.map((text) => [text, `${text} ${statement}`] as const);
}

/** What is left out of packages' modules within, where all of a module is more than is not needed. */
const cuts: readonly Cut[] = [
  {
    // What is asynchronous, encoded the other way, or said by other words. Formats of texts are `z.email()`, not methods.
    module: /\/zod\/v4\/classic\/schemas\.js$/,
    methods: `with register superRefine overwrite nonoptional nullish and prefault isOptional isNullable apply
      parseAsync safeParseAsync spa validate validateAsync encode decode encodeAsync decodeAsync safeEncode safeDecode
      safeEncodeAsync safeDecodeAsync toJSONSchema nonempty lowercase uppercase slugify
      email url jwt emoji guid uuid uuidv4 uuidv6 uuidv7 nanoid cuid cuid2 ulid base64 base64url xid ksuid ipv4 ipv6
      cidrv4 cidrv6 e164 datetime date time duration
      gt lt nonnegative negative nonpositive safe multipleOf
      loose strict safeExtend merge exactPartial required properties nullable keyof passthrough finite length`,
    texts: [
      // By the name of its module, so that what is not used of it can be left out.
      ['import { util } from "../core/index.js";', 'import * as util from "../core/util.js";'],
      ['core.util.constantCatch', 'util.constantCatch'],
      // A method, of which the name is also a statement's.
      ['        return _catch(this, params);', refusal],
      // A parser compiled for each object (`jitless` in zod's words) pays from the hundredth request on.
      ['core.$ZodObjectJIT.init(', 'core.$ZodObject.init('],
      // JSON has no cycles.
      ['core.config({ memoizer: core.memoizer() });', ';'],
    ],
    // How each describes itself as JSON Schema, a function made for every schema.
    lines: /^ +inst\._zod\.processJSONSchema = .*;$/gm,
  },
  {
    // Only days and moments are said so; the names of the others are among the exports of a namespace too.
    module: /\/zod\/v4\/classic\/iso\.js$/,
    methods: 'time() duration()',
    lines: /^export \{ ZodISO.* from ".\/schemas.js";$/gm,
  },
  {
    module: /\/zod\/v4\/classic\/external\.js$/,
    texts: [['ZodISODuration } from "./iso.js";', 'ZodISODuration } from "./schemas.js";']],
  },
  { module: /\/zod\/v4\/core\/errors\.js$/, methods: 'formatError() flattenError()' },
  {
    // The names of the other kinds are among the exports of a namespace, which keeps them all.
    module: /\/zod\/v4\/classic\/coerce\.js$/,
    texts: [
      ['return core._coercedBigint(schemas.ZodBigInt, params);', refusal],
      ['return core._coercedDate(schemas.ZodDate, params);', refusal],
      ['return core._coercedBoolean(schemas.ZodBoolean, params);', refusal],
    ],
  },
  {
    // Other calendars, nanoseconds, and what is not asked of the one clock there is.
    module: /\/temporal-polyfill\/chunks\/classApi-basic\.js$/,
    methods: `with withCalendar withPlainTime startOfDay hoursInDay toPlainTime toPlainMonthDay fromEpochNanoseconds round
      abs negated blank instant zonedDateTimeISO plainDateTimeISO plainDateISO plainTimeISO
      ZonedDateTime.from ZonedDateTime.compare ZonedDateTime.until ZonedDateTime.since ZonedDateTime.equals
      ZonedDateTime.toString ZonedDateTime.toJSON ZonedDateTime.offset
      Instant.toLocaleString
      PlainYearMonth.compare PlainYearMonth.since PlainYearMonth.equals PlainYearMonth.toPlainDate
      PlainYearMonth.toLocaleString
      PlainTime.compare PlainTime.add PlainTime.subtract PlainTime.until PlainTime.since PlainTime.equals
      PlainTime.toString PlainTime.toJSON PlainTime.toLocaleString
      PlainDateTime.until PlainDateTime.since PlainDateTime.toLocaleString
      PlainDate.since
      Duration.from Duration.compare Duration.add Duration.subtract Duration.toString Duration.toJSON
      Duration.toLocaleString`,
    texts: [
      ['    PlainMonthDay: PlainMonthDay,\n', ''],
      ...after(
        ['function refinePublicRelativeTo(relativeTo) {\n  if (void 0 !== relativeTo) {'],
        "throw leftOut('relativeTo');",
      ),
    ],
  },
  {
    // What is made of objects, and differences that are rounded or counted from a day.
    module: /\/temporal-polyfill\/chunks\/internal\.js$/,
    methods: `refineZonedDateTimeObjectLike() refinePlainDateTimeObjectLike() refinePlainDateObjectLike()
      refinePlainYearMonthObjectLike() refinePlainTimeObjectLike() refineMaybeZonedDateTimeObjectLike()
      roundRelativeDuration() spanRelativeDuration() totalRelativeUnit() parseRelativeToSlots()`,
  },
  {
    module: /\/temporal-polyfill\/chunks\/apiHelpers\.js$/,
    methods: `era eraYear daysInMonth daysInYear monthsInYear inLeapYear dayOfYear weekOfYear yearOfWeek daysInWeek`,
  },
  {
    // What is said of options, which are ours and right, and of faults, of which the line is told.
    module: /\/csv-parse\/lib\/api\/normalize_options\.js$/,
    lines: /^ +(?:"(?!CSV_)[^"\n]*"|`[^`\n]*`),$/gm,
    texts: after(['if (options.delimiter_auto) {'], refusal),
  },
  {
    // Columns, comments, numbers, and what is found out of the file itself (`runtime/csv.ts`).
    module: /\/csv-parse\/lib\/api\/index\.js$/,
    methods: `__firstLineToColumns __cast __isFloat __compareBytes __isCharTrimable __autoDiscoverRecordDelimiter`,
    texts: after(
      [
        'if (!delimiterDiscovered && delimiter_auto) {',
        'if (columns === true) {',
        'if (columns !== false) {',
        '// Without columns, records are array\n        } else {\n          if (raw === true || info === true) {',
        '} else if (relax_quotes === false) {',
        '                if (relax_quotes === false) {',
        'this.state.record_length + this.state.field.length > max_record_size\n          ) {',
        '} else if (rtrim === true && !this.__isCharTrimable(buf, pos)) {',
        'if (cast === true) {',
        'if (skip_records_with_error) {',
      ],
      "throw leftOut('an option of csv-parse');",
    ),
    lines: /^ +(?:"(?!CSV_|INVALID_)[^"\n]*"|`[^`\n]*`),$/gm,
  },
  { module: /\/csv-parse\/lib\/utils\/delimiter_discover\.js$/, methods: 'delimiter_discover()' },
  {
    module: /\/csv-parse\/lib\/api\/normalize_columns_array\.js$/,
    methods: 'normalize_columns_array()',
  },
  {
    // Nothing is encrypted.
    module: /\/jose\/dist\/webapi\/lib\/jwe_algorithms\.js$/,
    isPure: true,
    texts: [
      ['export {\n  JWE,', 'const nothing = { __proto__: null };\nexport {\n  nothing as JWE,'],
    ],
  },
  {
    // What else there is than the two in which tokens are signed here, and by tools (`token.adapter.ts`).
    module: /\/jose\/dist\/webapi\/lib\/jws_algorithms\.js$/,
    lines: /^ {2}(?:[HR]S(?:384|512)|PS\d+|ES\d+|EdDSA|Ed25519|"ML-DSA-\d+"): .*\n/gm,
  },
  {
    // Times in words.
    module: /\/jose\/dist\/webapi\/lib\/jwt_claims_set\.js$/,
    methods: 'secs() setIssuedAt setJti',
  },
  {
    // Keys of curves: ours are RSA's.
    module: /\/jose\/dist\/webapi\/lib\/asn1\.js$/,
    methods: 'parseECAlgorithmIdentifier() parseKeyHeader()',
  },
];

/** The names of all methods that are cut out. */
export const cutMethods: readonly string[] = cuts.flatMap(
  ({ methods }) => methods?.split(/\s+/) ?? [],
);

/**
 * A module without what is cut out of it.
 *
 * @throws {Error} it is another than was looked at: a method is missing, or a text
 */
export function cut(path: string, source: string): string {
  const [one] = cuts.filter(({ module }) => module.test(path));
  if (one === undefined) return source;
  const rest = source.replaceAll(one.lines ?? /$^/g, '');
  const changed = (one.texts ?? []).reduce((text, [before, after]) => {
    if (text.split(before).length === 2) return text.replace(before, () => after);
    throw new Error(`${path} does not have exactly once: ${before}`);
  }, rest);
  const names = one.methods?.split(/\s+/) ?? [];
  return withoutMembers(one.isPure ? markPure(changed) : changed, names);
}
