// The story of docs/story.graphql as one table of steps: whoever can `ask(operation, variables, token)` and `watch` alike
// can tell it.
import assert from 'node:assert/strict';

const PASSWORD = 'aftercare-demo';
const PATIENCE = 60_000; // ms until what a worker does must be there
const PAUSE = 300; // ms between two looks

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();
const serial = (mark, length) => String(parseInt(mark, 16) % 10 ** length).padStart(length, '0');

function checked(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}

async function waitFor(look, what) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const found = await look();
    if (found) return found;
    await new Promise((resume) => setTimeout(resume, PAUSE));
  }
  throw new Error(`${what} did not come in time`);
}

export async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${what} did not come in time`)), PATIENCE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// The news of one row: each is of a later version than the one before.
class News {
  constructor(events, versionOf, what) {
    Object.assign(this, { events, versionOf, what, version: 0 });
  }

  async next() {
    const { value, done } = await inTime(this.events.next(), `news of the ${this.what}`);
    assert.ok(!done, `news of the ${this.what} ended`);
    const [news] = Object.values(value).filter((part) => typeof part === 'object');
    assert.ok(this.versionOf(news) > this.version, `${this.what}: ${this.versionOf(news)} after ${this.version}`);
    this.version = this.versionOf(news);
    return news;
  }

  // The server ends it, and has nothing more to say before.
  async over() {
    const { value, done } = await inTime(this.events.next(), `the end of the news of the ${this.what}`);
    assert.ok(done, `${this.what}: ${JSON.stringify(value)} instead of the end`);
  }

  async stop() {
    await inTime(this.events.return(), `the end of the news of the ${this.what}`);
  }
}

// What is known on the way: tokens by role, and the rows of this run.
export class Story {
  constructor(ask, watch, base) {
    Object.assign(this, { ask, watch, base, tokens: {}, rows: {}, news: {} });
    this.mark = [...crypto.getRandomValues(new Uint8Array(3))].map((byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
    this.mail = `story-${this.mark.toLowerCase()}@customer.example`;
  }

  async read(operation, token, variables) {
    return inTime(this.ask(operation, variables, token), `the answer to ${operation}`);
  }

  async tried(operation, token, input) {
    const data = await this.read(operation, token, { input });
    const { __typename, ...payloads } = data;
    return Object.values(payloads)[0];
  }

  async change(operation, token, input) {
    const payload = await this.tried(operation, token, input);
    assert.deepEqual(payload.errors, [], operation);
    return payload;
  }

  async staff(role) {
    const input = { email: `${role}@demo.example`, password: PASSWORD };
    this.tokens[role] ??= (await this.change('StaffSignIn', null, input)).accessToken;
    return this.tokens[role];
  }

  async partner(name) {
    const licence = { licenseNumber: `L-${this.mark}-${name}`, licensedUntil: '2099-12-31' };
    const input = { code: `S-${this.mark}-${name}`, name: `Story shop ${name}`, kind: 'RETAILER', commissionRate: '0.15', ...licence };
    const { partner } = await this.change('IntroducePartner', await this.staff('sales'), input);
    return (await this.change('IssueKey', await this.staff('admin'), { partnerId: partner.id, name: 'story', days: 1, scopes: ['READ', 'SELL'] })).apiKey;
  }

  // A step of a row on its present version; the row after it.
  async step(operation, row, token, input = {}) {
    const { id, version } = this.rows[row];
    const payload = await this.change(operation, token, { [`${row}Id`]: id, expectedVersion: version, ...input });
    this.rows[row] = { ...this.rows[row], ...payload[row] };
    if (this.news[row]) await this.hear(row);
    return payload[row];
  }

  // The next news of a row: just as it stands after its last change.
  async hear(row) {
    const [news, { version, state }] = [await this.news[row].next(), this.rows[row]];
    assert.deepEqual([news.version, news.state], [version, state], row);
  }

  watchClaim(after) {
    const events = this.watch('WatchClaim', { id: this.rows.claim.id, after }, this.tokens.customer);
    return new News(events, (claim) => claim.version, 'claim');
  }

  watchJob(id, token) {
    return new News(this.watch('WatchJob', { id }, token), (job) => job.seq, 'job');
  }

  async mails() {
    const { mails } = await (await fetch(`${this.base}/mailbox.json`)).json();
    return mails.filter((mail) => mail.to.includes(this.mail));
  }
}

export const STEPS = [
  async function sell(story) {
    const key = (story.tokens.partner = await story.partner('A'));
    const { products } = await story.read('OnSale', key, {});
    const { versions } = products.nodes.find((product) => product.code === 'ADP');
    const { policy } = await story.change('Sell', key, {
      productVersionId: versions.find((version) => version.state === 'ON_SALE').id,
      device: {
        category: 'PHONE', brand: 'Northwind', model: 'N9 Ultra', serialNumber: checked(`860123${serial(story.mark, 8)}`),
        purchasedOn: today(), price: { amount: '12999.00' },
      },
      customer: {
        fullName: '陈晨', phone: `139${serial(story.mark, 8)}`, mail: story.mail, language: 'ZH',
        bankAccount: checked(`622588${serial(story.mark, 9)}`),
      },
    });
    assert.equal(policy.state, 'IN_FORCE');
    assert.ok(!policy.customer.phone.includes(serial(story.mark, 8)), 'the phone is masked');
    story.rows.policy = policy;
  },

  async function signIn(story) {
    await story.change('RequestCode', null, { mail: story.mail });
    const code = await waitFor(async () => {
      const found = (await story.mails()).map((mail) => mail.body.match(/\b(\d{6})\b/));
      return found.find(Boolean)?.[1];
    }, 'the code');
    story.tokens.customer = (await story.change('CustomerSignIn', null, { mail: story.mail, code })).accessToken;
  },

  async function report(story) {
    const { claim } = await story.change('Report', story.tokens.customer, {
      policyId: story.rows.policy.id, lossOn: today(), cause: 'DROP', place: '上海', description: '手机从楼梯上摔下。',
      claimed: { amount: '6860.00' },
    });
    story.rows.claim = claim;
    story.news.claim = story.watchClaim();
    await story.hear('claim'); // the first news is how it stands
  },

  async function assess(story) {
    const handler = await story.staff('handler');
    await story.step('Register', 'claim', handler);
    await story.step('StartAssessment', 'claim', handler);
    const lines = [
      { description: '主板', bill: { amount: '6700.00' } },
      { description: '贴膜', bill: { amount: '160.00' }, exclusion: 'CONSUMABLE' },
    ];
    await story.step('SetLines', 'claim', handler, { lines });
    const claim = await story.step('Propose', 'claim', handler, { reason: '照维修报价核定' });
    assert.equal(claim.payable.amount, '6600.00');
  },

  async function decide(story) {
    const { id, version } = story.rows.claim;
    const refused = await story.tried('Approve', await story.staff('handler'), { claimId: id, expectedVersion: version });
    assert.deepEqual(refused.errors.map((error) => [error.__typename, error.limit.amount]), [['LimitError', '5000.00']]);
    assert.equal((await story.step('Approve', 'claim', await story.staff('manager'))).state, 'APPROVED');
  },

  async function agree(story) {
    assert.equal((await story.step('Agree', 'claim', story.tokens.customer)).state, 'PAYMENT_PENDING');
  },

  async function approvePayout(story) {
    const finance = await story.staff('finance');
    const { claim } = await story.read('PayoutOfClaim', finance, { id: story.rows.claim.id });
    [story.rows.payout] = claim.payouts;
    await story.step('MakeReady', 'payout', finance);
    await story.step('ApprovePayout', 'payout', await story.staff('approver'));
    await story.step('ApprovePayout', 'payout', await story.staff('approver2'));
    assert.equal(story.rows.payout.approvals.length, 2);
  },

  async function settle(story) {
    const [token, { id }] = [await story.staff('approver2'), story.rows.payout];
    const { jobs } = await story.read('MyJobs', token, {});
    const job = jobs.nodes.find((one) => one.kind === 'payouts.execute' && one.subject?.id === id);
    const news = story.watchJob(job.id, token);
    let told = await news.next();
    assert.ok(told.seq > job.seq || (told.seq === job.seq && told.status === job.status), 'the first news is no older');
    while (told.status !== 'SUCCEEDED') told = await news.next();
    await news.over();
    assert.deepEqual([told.result.__typename, told.result.id], ['Payout', id]);
    const again = story.watchJob(job.id, token); // it has ended: told once
    assert.deepEqual(await again.next(), told);
    await again.over();
    const settled = await waitFor(async () => {
      const { payout } = await story.read('Payout', await story.staff('finance'), { id: story.rows.payout.id });
      return payout.state === 'SETTLED' && payout;
    }, 'the money');
    assert.deepEqual([settled.attempts.length, settled.exceptions], [1, []]);
  },

  async function tell(story) {
    const paid = await story.news.claim.next();
    assert.equal(paid.state, 'PAID');
    const claim = await waitFor(async () => {
      const found = await story.read('MyClaim', story.tokens.customer, { id: story.rows.claim.id });
      return found.claim.state === 'PAID' && found.claim.notifications.some((one) => one.template === 'CLAIM_PAID') && found.claim;
    }, 'the news of the payment');
    assert.equal(claim.paid.amount, '6600.00');
    await story.news.claim.stop();
    for (const seen of [story.rows.claim.version, undefined]) { // who has missed the payment, and who comes anew
      const news = story.watchClaim(seen);
      assert.deepEqual(await news.next(), paid);
      await news.stop();
    }
  },

  async function balance(story) {
    const { ledgerAccounts } = await story.read('Balances', await story.staff('finance'), {});
    const cents = ledgerAccounts.nodes.map(({ balance }) => BigInt(balance.amount.replace('.', '')));
    assert.equal(cents.reduce((sum, each) => sum + each, 0n), 0n);
  },

  async function complain(story) {
    const [service, compliance] = [await story.staff('service'), await story.staff('compliance')];
    const { complaint } = await story.change('Complain', story.tokens.customer, {
      customerId: story.rows.policy.customer.id, channel: 'APP', category: 'CLAIM_DELAY', description: '等了太久才接到电话。',
      subjectId: story.rows.claim.id,
    });
    story.rows.complaint = complaint;
    await story.step('AcceptComplaint', 'complaint', service);
    const { staff } = await story.read('Colleagues', service, {});
    const assigneeId = staff.nodes.find((one) => one.email.startsWith('service@')).id;
    await story.step('AssignComplaint', 'complaint', service, { assigneeId });
    await story.step('DraftReply', 'complaint', service, { result: 'UPHELD', text: '很抱歉让您久等。', rootCause: '晚间无人值班' });
    await story.step('ApproveReply', 'complaint', compliance);
    const read = await story.read('MyComplaint', story.tokens.customer, { id: complaint.id });
    assert.equal(read.complaint.state, 'REPLIED');
  },

  async function stayApart(story) {
    const [other, id] = [await story.partner('B'), story.rows.policy.id];
    assert.equal((await story.read('PolicyById', other, { id })).policy, null);
    assert.equal((await story.read('PolicyById', story.tokens.partner, { id })).policy.id, id);
  },
];
