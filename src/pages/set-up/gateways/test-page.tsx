import { Problem } from '../../../domain/errors.ts';
import { readAnyNumber } from '../../../domain/phone.ts';
import type { MessageStatus } from '../../../domain/reminder.ts';
import { settingsSender } from '../../../http/schemas/authority.ts';
import { readGatewayTest, testGateway } from '../../../staff/gateways/test-sms.ts';
import { useFrame } from '../../kit/context.tsx';
import { authorityPage } from '../../kit/declared/declare.tsx';
import { FormBody, form } from '../../kit/declared/form.tsx';
import { Facts, momentText } from '../../kit/elements.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { senderWords } from '../../states/fault-words.ts';
import { messageWords } from '../../states/state-words.ts';
import { SET_UP, setUpPath, uuidIn } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { type GatewayPagesDeps, gatewayOf } from './deps.ts';
import { GATEWAYS_WORDS } from './words.ts';

const PATH = setUpPath('gateways');
const TESTS = `${PATH}/:gateway/tests`;

/** The form that has one SMS sent to a phone of the visitor's own. */
export const MAKE_TEST = form<GatewayPagesDeps>()({
  path: TESTS,
  title: (language) => GATEWAYS_WORDS[language].test,
  fields: (language) => {
    const { phone, sender } = GATEWAYS_WORDS[language];
    return {
      phone: { label: phone, type: 'tel', more: { autocomplete: 'tel', maxlength: 64 }, required: true },
      sender: { label: sender, more: { maxlength: 15 }, required: true },
    };
  },
  unkept: true,
  submit: async (request, _, typed) => {
    const { c, deps, reader, language, authorityId } = request;
    const gateway = gatewayOf(request);
    const words = GATEWAYS_WORDS[language];
    const phone = typed.phone.length <= 64 ? readAnyNumber(typed.phone) : null;
    const sender = settingsSender.safeParse(typed.sender.trim());
    if (phone === null || !sender.success) {
      const faults = {
        ...(phone === null && { phone: words.phoneWrong }),
        ...(!sender.success && { sender: words.senderWrong }),
      };
      return { faults };
    }
    try {
      const id = await testGateway(deps, { gateway, phone, sender: sender.data, actor: reader.name }, deps.now());
      return c.redirect(hrefOf(`${PATH}/${gateway}/tests/${id}`, { id: authorityId }), 303);
    } catch (error) {
      if (!(error instanceof Problem) || ![422, 429].includes(error.status)) throw error;
      return { faults: faultsIn(error, language) };
    }
  },
});

/** The faults of number and sender, at their fields. */
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

/** The card with the form of a test. */
export function TestCard({ id, sender }: { readonly id: string; readonly sender: string }) {
  const words = GATEWAYS_WORDS[useFrame().language];
  return (
    <section class="card" id="test" aria-labelledby="test-title">
      <h2 id="test-title">{words.test}</h2>
      <p>{words.testLead}</p>
      <FormBody form={MAKE_TEST} params={{ gateway: id }} values={{ sender }} />
    </section>
  );
}

/** `/admin/set-up/gateways/{gateway}/tests/{id}`: what has become of a test. */
export const TEST_PAGE = authorityPage<GatewayPagesDeps>({
  path: `${TESTS}/:id`,
  right: 'installation',
  menu: SET_UP,
  view: async (visit) => {
    const { c, deps, authority, language, params, when } = visit;
    const gateway = gatewayOf(visit);
    const words = GATEWAYS_WORDS[language];
    const test = await readGatewayTest(deps, gateway, uuidIn(params));
    const at = (moment: Date | null) => (moment ? momentText(moment, when.timeZone, language) : words.notYet);
    const state = messageWords(language, { status: test.status as MessageStatus, reason: test.reason });
    return {
      title: words.testTitle,
      body: (
        <>
          <p>
            <a href={hrefOf(`${PATH}/${gateway}`, authority)}>{SET_UP_WORDS[language].backTo(gateway)}</a>
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
        </>
      ),
    };
  },
});
