export interface Ports {
  readonly smsc: number;
  readonly admin: number;
  readonly smsbox: number;
  readonly sendsms: number;
}

/**
 * A configuration as docs/kannel.md recommends it, but for what a test must not wait for (delays of a second) and the
 * receipts' store, which here is memory.
 */
export function kannelConf(settings: {
  readonly folder: string;
  readonly ports: Ports;
  readonly inboundUrl: string;
  readonly token: string;
  readonly inbound: 'post-url' | 'post-url, password' | 'get-url';
}): string {
  const { folder, ports, inboundUrl, token, inbound } = settings;
  // % begins a code of Kannel's own; %% stands for it.
  const written = encodeURIComponent(token).replaceAll('%', '%%');
  const withPassword = inboundUrl.replace('://', `://kannel:${token}@`);
  const inboundSetting = {
    'post-url': `post-url = "${inboundUrl}?token=${written}&id=%I"`,
    'post-url, password': `post-url = "${withPassword}?id=%I"`,
    'get-url': `get-url = "${inboundUrl}?token=${written}&id=%I&from=%p&to=%P&ts=%T&coding=%c&charset=%C&text=%b"`,
  }[inbound];
  return `group = core
admin-port = ${ports.admin}
admin-interface = "127.0.0.1"
admin-password = admin
admin-allow-ip = "127.0.0.1"
admin-deny-ip = "*.*.*.*"
smsbox-port = ${ports.smsbox}
smsbox-interface = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "${folder}/bearerbox.log"
log-level = 0
store-type = spool
store-location = "${folder}/spool"
dlr-storage = internal
sms-resend-freq = 1
sms-resend-retry = 2

group = smsc
smsc = smpp
smsc-id = SIM
host = 127.0.0.1
port = ${ports.smsc}
transceiver-mode = true
smsc-username = easysms
smsc-password = secret
system-type = ""
reconnect-delay = 1
enquire-link-interval = 1
wait-ack = 1
wait-ack-expire = 0x02

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.sendsms}
sendsms-interface = "127.0.0.1"
global-sender = 1204
log-file = "${folder}/smsbox.log"
log-level = 0
mo-recode = true
http-request-retry = 8640
http-queue-delay = 1

group = sendsms-user
username = easysms
password = secret
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
${inboundSetting}
send-sender = true
`;
}
