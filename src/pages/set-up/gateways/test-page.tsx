import type { Context } from 'hono';
import { Problem } from '../../../domain/errors.ts';
import { readAnyNumber } from '../../../domain/phone.ts';
import type { MessageStatus } from '../../../domain/reminder.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { settingsSender } from '../../../http/schemas/authority.ts';
import { readGatewayTest, testGateway } from '../../../staff/gateways/test-sms.ts';
import { page } from '../../kit/document.tsx';
import { Facts, momentText } from '../../kit/elements.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { senderWords } from '../../states/fault-words.ts';
import { messageWords } from '../../states/state-words.ts';
import { openSetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { idInAddress } from '../ids.ts';
import { SET_UP_WORDS } from '../words.ts';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { gatewayPage } from './gateway-page.tsx';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = setUpPath('gateways');

/** `POST …/tests`: has one SMS sent to a phone of the visitor's own. */
export async function makeTestForm(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  const { name: actor } = requireRight(c, deps, 'installation');
  const gateway = gatewayOf(c, deps);
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const typed = { phone: fieldOf(form, 'phone'), sender: fieldOf(form, 'sender').trim() };
  const words = GATEWAYS_WORDS[c.var.language];
  const phone = typed.phone.length <= 64 ? readAnyNumber(typed.phone) : null;
  const sender = settingsSender.safeParse(typed.sender);
  const refuse = (faults: Record<string, string>) => gatewayPage(c, deps, { typed, faults }, authorityId);
  if (phone === null || !sender.success)
    return refuse({
      ...(phone === null && { phone: words.phoneWrong }),
      ...(!sender.success && { sender: words.senderWrong }),
    });
  try {
    const id = await testGateway(deps, { gateway, phone, sender: sender.data, actor }, deps.now());
    return c.redirect(hrefOf(`${PATH}/${gateway}/tests/${id}`, { id: authorityId }), 303);
  } catch (error) {
    if (error instanceof Problem && [422, 429].includes(error.status)) return refuse(faultsIn(error, c.var.language));
    throw error;
  }
}

/** What is wrong with number and sender, at their fields. */
function faultsIn({ status, faults }: Problem, language: PageLanguage): Record<string, string> {
  const words = GATEWAYS_WORDS[language];
  if (status === 429) return { phone: words.tooManyTests };
  const of = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.code;
  const [phone, sender] = [of('/phone'), of('/sender')];
  const country = phone === 'country_not_allowed';
  return {
    ...(phone !== undefined && { phone: country ? words.phoneElsewhere : words.phoneWrong }),
    ...(sender !== undefined && {
      sender: sender === 'protected_sender' ? senderWords(language).protected_sender : words.senderWrong,
    }),
  };
}

/** `GET …/tests/{id}`: what has become of it. */
export async function testPage(c: Context<HttpEnv>, deps: GatewayPagesDeps): Promise<Response> {
  requireRight(c, deps, 'installation');
  const gateway = gatewayOf(c, deps);
  const setUp = await openSetUp(c, deps, 'gateways');
  if (setUp instanceof Response) return setUp;
  const { frame, authority } = setUp;
  const words = GATEWAYS_WORDS[frame.language];
  const test = await readGatewayTest(deps, gateway, idInAddress(c));
  const at = (moment: Date | null) => (moment ? momentText(moment, authority.timeZone, frame.language) : words.notYet);
  const state = messageWords(frame.language, { status: test.status as MessageStatus, reason: test.reason });
  return page(
    c,
    <SetUpPage setUp={setUp} title={words.testTitle}>
      <p>
        <a href={hrefOf(`${PATH}/${gateway}`, authority)}>{SET_UP_WORDS[frame.language].backTo(gateway)}</a>
      </p>
      <p>{words.testLook}</p>
      <Facts
        facts={[
          [words.state, test.status === 'planned' ? words.testWaits : `${state.label}. ${state.means}`],
          [words.acceptedAt, at(test.acceptedAt)],
          [words.receiptAt, at(test.receiptAt)],
          [words.repliedAt, at(test.repliedAt)],
          ...(test.code ? ([[words.code(gateway), test.code]] as const) : []),
        ]}
      />
      <p>
        <a class="button" href={hrefOf(c.req.path, authority)}>
          {words.look}
        </a>
      </p>
    </SetUpPage>,
  );
}
