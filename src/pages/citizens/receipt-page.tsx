import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type ErasureProof, readErasure } from '../../staff/citizens/erase-citizen.ts';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { page } from '../kit/document.tsx';
import { Done, Facts, momentText } from '../kit/elements.tsx';
import { noAuthority, type PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { attach } from '../kit/responses/attach.ts';
import { FILE_PARAMETER } from '../kit/session.ts';
import { upperFirst } from '../states/event-words.ts';
import { fileOf } from './citizen-document.tsx';
import { openCitizens } from './citizens-page.tsx';
import { CITIZENS_WORDS } from './words.ts';

/** `GET /admin/citizens/erased/{erasure}`: the receipt of an erasure; with `file=1` to save and hand over. */
export async function receiptPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const id = z.uuid().safeParse(c.req.param('erasure'));
  if (!id.success) throw notFound('receipt');
  const { frame, authority } = await openCitizens(c, deps);
  if (!authority) return noAuthority(c, frame);
  requireRight(c, deps, 'whole-administrator', authority.id);
  const proof = await readErasure(deps, authority.id, id.data);
  if (!proof) throw notFound('receipt');
  const words = CITIZENS_WORDS[frame.language];
  const receipt = { proof, authority, language: frame.language };
  if (c.req.query(FILE_PARAMETER) === undefined)
    return page(c, <ReceiptPage frame={frame} receipt={receipt} done={c.req.query('done')} />);
  const file = fileOf({ title: words.proofTitle, language: frame.language, children: <Receipt {...receipt} /> });
  return attach(c, `${words.proofFileName}-${proof.id}.html`, 'text/html', file);
}

interface ReceiptProps {
  readonly proof: ErasureProof;
  readonly authority: Authority;
  readonly language: PageLanguage;
}

interface ReceiptPageProps {
  readonly frame: Frame;
  readonly receipt: ReceiptProps;
  readonly done: string | undefined;
}

function ReceiptPage({ frame, receipt, done }: ReceiptPageProps) {
  const words = CITIZENS_WORDS[frame.language];
  const path = `/admin/citizens/erased/${receipt.proof.id}`;
  return (
    <Framed frame={{ ...frame, title: words.proofTitle }}>
      <h1>{words.proofTitle}</h1>
      <Done text={done === 'erased' ? words.proofDone : null} />
      <Receipt {...receipt} />
      <p class="buttons">
        <a class="button" href={hrefOf(path, frame.authority, { [FILE_PARAMETER]: '1' })}>
          {words.proofFile}
        </a>
        <a class="button plain" href={hrefOf('/admin/citizens', frame.authority)}>
          {words.back}
        </a>
      </p>
    </Framed>
  );
}

function Receipt({ proof, authority, language }: ReceiptProps) {
  const words = CITIZENS_WORDS[language];
  const { at, by, id, erased } = proof;
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
