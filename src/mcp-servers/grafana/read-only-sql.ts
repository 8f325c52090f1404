// SQL that can only read, told by a closed grammar and not by trust: one SELECT, no word that changes anything, no function
// that is not known to read. It refuses some that would be harmless; a database user that may only read is still the rule.
import { Fault } from '#incident/fault.ts'

/** Throws a Fault `validation` that says which word it was. */
export function refuseUnlessReading(sql: string): void {
  const unreadable = UNREADABLE.exec(sql)?.[0]
  if (unreadable) throw refused(`the character ${codeOf(unreadable)} is not taken`)
  // From here on one blank stands for any amount, and none beside a dot: no rule below can be outrun by blanks.
  const text = sql
    .replace(/\s+/g, ' ')
    .replace(/ ?\. ?/g, '.')
    .trim()
  if (!/^(?:select|with)\b/i.test(text)) throw refused('it must begin with SELECT or WITH')
  if (text.slice(0, -1).includes(';')) throw refused('it must be one statement, nor may a text hold ;')
  // Comments that run (MySQL), strings that escape, names in quotes before a bracket: what is read here is what the database reads.
  const hidden = HIDING.exec(text)?.[0]
  if (hidden) throw refused(`${hidden} is not taken, nor in a text`)
  const foreign = NOT_ASCII.exec(text.replace(/'[^']*'/g, "''"))?.[0]
  if (foreign) throw refused(`${foreign} is taken in a text only`)
  const word = WORD_THAT_CHANGES.exec(text)?.[0]
  if (word) throw refused(`${word.toUpperCase()} is not taken, nor in a text`)
  for (const [, name = ''] of text.matchAll(CALLED)) {
    if (!READING.has(name.toLowerCase())) throw refused(`${name}() is not among the functions known to read`)
  }
}

function refused(why: string): Fault {
  return new Fault('validation', `Only SQL that reads is passed on: ${why}.`)
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** What some databases take for a blank and others for a part of a name. */
const UNREADABLE = /(?![\t\n\r])[\p{Cc}\p{Cf}]|(?![ \t\n\r])\s/u
const HIDING = /--|\/\*|#|\\|\$[\w\u0080-\uffff]*\$|["'`\]] ?\(|\buescape\b/i
const NOT_ASCII = /[^\x20-\x7e]/u

/** Whatever stands before a bracket, as long as it is and in whatever alphabet. */
const CALLED = /(?<![\w$.\u0080-\uffff])([\w$.\u0080-\uffff]+) ?\(/g

// SQL Server runs several statements without a semicolon between them: words that begin one are refused wherever they stand.
// A sequence is moved, and rows are locked, by words too.
const WORD_THAT_CHANGES =
  /\b(?:insert|update|delete|merge|replace|into|drop|alter|create|truncate|grant|revoke|deny|call|exec|execute|set|lock|begin|commit|rollback|declare|use|shutdown|kill|backup|restore|dbcc|openrowset|opendatasource|openquery|waitfor|while|goto|trigger|reconfigure|checkpoint|writetext|updatetext|receive|outfile|dumpfile|add|bulk|conversation|deallocate|revert|setuser|raiserror|next value for|for share|key share|share mode|tablockx?|holdlock|updlock|xlock)\b/i

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean)

/** Words of the language that a bracket follows, functions of PostgreSQL, MySQL and SQL Server, and Grafana's macros. */
const READING: ReadonlySet<string> = new Set([
  ...words('select from where and or not in any all some exists as on using over by having values case when then else'),
  ...words('union intersect except join lateral filter within distinct interval between like partition with is with'),
  ...words(
    'count sum avg min max stddev stddev_pop stddev_samp variance var_pop var_samp percentile_cont percentile_disc',
  ),
  ...words('mode median corr regr_slope first_value last_value nth_value lag lead rank dense_rank row_number ntile'),
  ...words('abs ceil ceiling floor round trunc mod power sqrt exp ln log log10 sign greatest least width_bucket'),
  ...words('coalesce nullif ifnull isnull if iif cast convert try_cast to_char to_timestamp to_date to_number'),
  ...words(
    'date_trunc date_part date_bin extract age now current_timestamp getdate getutcdate sysdatetime utc_timestamp',
  ),
  ...words(
    'dateadd datediff datepart date date_add date_sub date_format timestampdiff timestampadd timestamp unix_timestamp',
  ),
  ...words('from_unixtime year month day hour minute second make_interval time_bucket time_bucket_gapfill last first'),
  ...words('lower upper trim ltrim rtrim length char_length len substring substr left right position concat concat_ws'),
  ...words(
    'split_part string_agg group_concat array_agg array_length unnest json_extract json_value jsonb_array_elements',
  ),
  ...words('varchar char nvarchar decimal numeric float generate_series'),
  ...words('$__time $__timeepoch $__timefilter $__timefrom $__timeto $__timegroup $__timegroupalias'),
  ...words('$__unixepochfilter $__unixepochfrom $__unixepochto $__unixepochnanofilter $__unixepochgroup'),
  ...words('$__unixepochgroupalias $__interval $__interval_ms'),
])
