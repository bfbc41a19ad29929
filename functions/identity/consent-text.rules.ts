import type { Region } from '../../regions/schema.ts';
import type { ConsentText } from './consent.contract.ts';

/** Changes with every change of a word below: a proof of consent says what it was given to. */
const version = '2026-11';

/**
 * What a guardian consents to, as the Korean Personal Information Protection Act asks (article 15, paragraph 2):
 * for what, which data, how long, and that one may refuse.
 */
const texts: Readonly<Record<string, (region: string) => string>> = {
  ko: (region) =>
    `${region} 학습 지원 사업은 자녀의 이름, 생년월일, 학습 단계, 거주 지역, 언어와 신청 내용 및 이용 기록을 사업 운영을 위해 처리하고, 자녀가 선택한 콘텐츠 제공기관에 계정 개설에 필요한 정보만 전달합니다. 정보는 사업에 참여하는 동안 보관됩니다. 동의를 거부할 수 있으며, 거부하시거나 기한 안에 답하지 않으시면 지금까지 받은 정보는 삭제되고 자녀는 사업에 참여할 수 없습니다. 동의는 언제든지 철회할 수 있습니다.`,
  en: (region) =>
    `The learning programme of ${region} keeps the child's name, birth date, stage, area, language, applications and use of the programme in order to run it, and passes to the content providers that the child chooses only what an account there needs. It is kept while the child takes part. You may refuse; if you do, or do not answer in time, what was collected so far is deleted and the child cannot take part. You may withdraw your consent at any time.`,
};

/** The languages in which guardians can be asked: a region speaks others too where one of these is among them. */
export const consentLanguages: readonly string[] = Object.keys(texts);

/** The text in each of the region's languages that has one, with its version. */
export function consentText({ languages, name }: Pick<Region, 'languages' | 'name'>): ConsentText {
  const written = languages.flatMap((language) => {
    const text = texts[language];
    return text === undefined ? [] : [[language, text(name[language] ?? '')] as const];
  });
  return { version, text: Object.fromEntries(written) };
}
