import { notFound } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { type ErasureProof, readErasure } from '../../staff/citizens/erase-citizen.ts';
import { actorText } from '../kit/actor-words.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { Facts, momentText } from '../kit/elements.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { attach } from '../kit/responses/attach.ts';
import { FILE_PARAMETER } from '../kit/session.ts';
import { upperFirst } from '../states/event-words.ts';
import { fileOf } from './citizen-document.tsx';
import { CITIZENS } from './citizens-page.tsx';
import { CITIZENS_WORDS } from './words.ts';

const { da, en } = CITIZENS_WORDS;

/** `/admin/citizens/erased/{erasure}`: the receipt of an erasure; with `file=1` to save and hand over. */
export const RECEIPT_PAGE = authorityPage<PagesDeps>({
  path: `${CITIZENS.path}/erased/:erasure`,
  right: 'whole-administrator',
  menu: CITIZENS,
  title: { da: da.proofTitle, en: en.proofTitle },
  done: { da: { erased: da.proofDone }, en: { erased: en.proofDone } },
  view: async ({ c, deps, authority, language, params: { erasure = '' } }) => {
    const proof = isUuid(erasure) ? await readErasure(deps, authority.id, erasure) : undefined;
    if (!proof) throw notFound('receipt');
    const words = CITIZENS_WORDS[language];
    const receipt = <Receipt proof={proof} authority={authority} language={language} />;
    if (c.req.query(FILE_PARAMETER) !== undefined)
      return attach(
        c,
        `${words.proofFileName}-${proof.id}.html`,
        'text/html',
        fileOf(words.proofTitle, language, receipt),
      );
    return {
      body: (
        <>
          {receipt}
          <p class="buttons">
            <a
              class="button"
              href={hrefOf(`${CITIZENS.path}/erased/${proof.id}`, authority, { [FILE_PARAMETER]: '1' })}
            >
              {words.proofFile}
            </a>
            <a class="button plain" href={hrefOf(CITIZENS.path, authority)}>
              {words.back}
            </a>
          </p>
        </>
      ),
    };
  },
});

interface ReceiptProps {
  readonly proof: ErasureProof;
  readonly authority: PageAuthority;
  readonly language: PageLanguage;
}

function Receipt({ proof: { at, by, id, erased }, authority, language }: ReceiptProps) {
  const words = CITIZENS_WORDS[language];
  const counts = (['appointments', 'reminders', 'messages', 'inbound', 'optOuts', 'patients'] as const).map(
    (kind) => [words.erased[kind], String(erased[kind])] as const,
  );
  return (
    <>
      <Facts
        facts={[
          [words.proof.authority, authority.name],
          [words.proof.at, momentText(at, authority.timeZone, language)],
          [words.proof.by, upperFirst(actorText(by, language))],
          [words.proof.reference, id],
          ...counts,
        ]}
      />
      <p class="faint">{words.proofNote}</p>
    </>
  );
}
